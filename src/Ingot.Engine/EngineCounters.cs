using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ingot.Engine.KvCache;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine;

/// <summary>
/// What the engine thread counts, for <see cref="EngineStatistics"/> and for the meter "Ingot.Engine".
/// Only the engine thread writes; any thread may take a snapshot, whose numbers may be one step apart.
/// </summary>
internal sealed class EngineCounters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Ingot.Engine";

    /// <summary>The counter that stays at 0 while the engine has no defect.</summary>
    public const string IntegrityFailureName = "ingot.engine.integrity_failures";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _generatedTokens;
    private readonly Counter<long> _integrityFailureCounter;
    private readonly Histogram<double> _timeToFirstToken;
    private readonly KeyValuePair<string, object?> _model;
    private readonly int _blockCount;
    private long _steps, _promptTokens, _decodedTokens, _draftedTokens, _acceptedTokens, _promptTicks, _decodeTicks, _samplingTicks, _preemptions, _integrityFailures;
    private int _running, _waiting, _freeBlocks;

    public EngineCounters(string name, int blockCount)
    {
        _blockCount = _freeBlocks = blockCount;
        _model = new("gen_ai.request.model", name);
        _generatedTokens = _meter.CreateCounter<long>("gen_ai.server.generated_tokens", "{token}", "Tokens generated.");
        _integrityFailureCounter = _meter.CreateCounter<long>(IntegrityFailureName, "{failure}", "How often the bookkeeping was found wrong and begun anew.");
        _timeToFirstToken = _meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "Time from submission to the first token.");
        _meter.CreateObservableGauge(
            "gen_ai.server.queue_length",
            () => new Measurement<int>(Volatile.Read(ref _waiting), _model),
            "{request}",
            "Requests waiting for their turn.");
    }

    /// <summary>Counts a step whose tokens are chosen and not yet booked.</summary>
    public void CountStep(StepPlan plan, long modelTicks, long samplingTicks)
    {
        int decodes = 0, drafts = 0, accepted = 0, generated = 0;
        foreach (PlannedTokens part in plan.Parts)
        {
            decodes += part.IsDecode ? part.Count : 0;
            drafts += part.Draft;
            accepted += part.Draft > 0 ? part.Sequence.ConfirmedDraft() : 0;
            generated += part.Sequence.Yielded.Count;
        }
        long decodeTicks = modelTicks * (decodes + drafts) / plan.TokenCount;
        Volatile.Write(ref _steps, _steps + 1);
        Volatile.Write(ref _decodedTokens, _decodedTokens + decodes + accepted);
        Volatile.Write(ref _promptTokens, _promptTokens + plan.TokenCount - decodes - drafts);
        Volatile.Write(ref _draftedTokens, _draftedTokens + drafts);
        Volatile.Write(ref _acceptedTokens, _acceptedTokens + accepted);
        Volatile.Write(ref _decodeTicks, _decodeTicks + decodeTicks);
        Volatile.Write(ref _promptTicks, _promptTicks + modelTicks - decodeTicks);
        Volatile.Write(ref _samplingTicks, _samplingTicks + samplingTicks);
        _generatedTokens.Add(generated, _model);
    }

    public void CountFirstToken(TimeSpan sinceSubmission) => _timeToFirstToken.Record(sinceSubmission.TotalSeconds, _model);

    public void CountIntegrityFailure()
    {
        Volatile.Write(ref _integrityFailures, _integrityFailures + 1);
        _integrityFailureCounter.Add(1, _model);
    }

    public void Note(Scheduler scheduler, KvBlockPool pool)
    {
        Volatile.Write(ref _preemptions, scheduler.PreemptionCount);
        Volatile.Write(ref _running, scheduler.RunningCount);
        Volatile.Write(ref _waiting, scheduler.WaitingCount);
        Volatile.Write(ref _freeBlocks, pool.FreeCount);
    }

    public EngineStatistics Snapshot() => new(
        Volatile.Read(ref _steps),
        Volatile.Read(ref _promptTokens),
        Volatile.Read(ref _decodedTokens),
        Stopwatch.GetElapsedTime(0, Volatile.Read(ref _promptTicks)),
        Stopwatch.GetElapsedTime(0, Volatile.Read(ref _decodeTicks)),
        Stopwatch.GetElapsedTime(0, Volatile.Read(ref _samplingTicks)),
        Volatile.Read(ref _preemptions),
        Volatile.Read(ref _running),
        Volatile.Read(ref _waiting),
        Volatile.Read(ref _freeBlocks),
        _blockCount,
        Volatile.Read(ref _draftedTokens),
        Volatile.Read(ref _acceptedTokens),
        Volatile.Read(ref _integrityFailures));

    public void Dispose() => _meter.Dispose();
}
