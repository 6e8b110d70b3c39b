using System.Diagnostics;
using System.Threading.Channels;
using Ingot.Compute.Execution;
using Ingot.Engine.Acceleration;
using Ingot.Engine.KvCache;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Masks;
using Ingot.Engine.Scheduling;
using Ingot.Engine.Sessions;
using Ingot.Engine.Speculation;
using Ingot.Errors;
using Microsoft.Extensions.Logging;

namespace Ingot.Engine;

/// <summary>
/// Tokens in, tokens out: computes many generations together on one model. Knows nothing of text, HTTP or kernels.
/// Thread-safe; everything inside belongs to one thread of its own, reached only by channels.
/// </summary>
public sealed partial class InferenceEngine : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    // The answers to one prompt come together: the first would otherwise have read it before the others are there.
    private readonly Channel<Generation[]> _incoming =
        Channel.CreateUnbounded<Generation[]>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly RequestRules _rules;
    private readonly EngineCounters _counters;
    private readonly KvBlockPool _pool;
    private readonly Scheduler _scheduler;
    private readonly Dictionary<Sequence, Generation> _generations = [];
    private readonly StepBatch _batch = new();
    private readonly MaskFinder _masks;
    private readonly StepChooser _chooser;
    private readonly StepCost _cost = new();
    private readonly Speculator _speculator;
    private readonly Thread _thread;
    private readonly WakeUps _wakeUps;
    private float[] _logits;
    private int _openRequests;
    private volatile bool _stopping;

    /// <summary>Starts an engine, with its thread, on a model.</summary>
    /// <param name="runner">The model; the engine owns it from here on, and disposes it when it stops.</param>
    /// <param name="options">How to share the machine.</param>
    /// <param name="logger">Where failures go; no prompt or output is logged.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/>: an option is out of its range; <see cref="ErrorCode.ModelUnsupported"/>: the model has more than 2²⁴ logits.
    /// </exception>
    public InferenceEngine(IModelRunner runner, EngineOptions options, ILogger<InferenceEngine> logger)
        : this(runner, options, logger, new KvBlockPool(runner.BlockCount, runner.BlockSize))
    {
    }

    internal InferenceEngine(IModelRunner runner, EngineOptions options, ILogger<InferenceEngine> logger, KvBlockPool pool)
    {
        options.Validate();
        var room = new LogitRoom(runner.VocabularySize);
        _runner = runner;
        _options = options;
        _logger = new ForgivingLogger(logger);
        _rules = new RequestRules(runner, options);
        _counters = new EngineCounters(options.Name, runner.BlockCount);
        _pool = pool;
        int budget = Math.Min(options.StepTokenBudget ?? runner.MaxStepTokens, runner.MaxStepTokens);
        int maxSequences = Math.Min(Math.Min(options.MaxSequences, room.MostAnswers), budget);
        _scheduler = new Scheduler(_pool, maxSequences, budget, room.MostScoredRows);
        _speculator = new Speculator(Math.Min(options.MaxDraftTokens, runner.MostDraftTokens), options.PrefixCache, _cost);
        _chooser = new StepChooser(runner);
        _wakeUps = new WakeUps(runner);
        _logits = new float[runner.VocabularySize];
        _masks = new MaskFinder($"Ingot masks {options.Name}", maxSequences);
        _thread = new Thread(Run) { IsBackground = true, Name = $"Ingot engine {options.Name}" };
        _thread.Start();
        _logger.Started(options.Name, runner.BlockCount, runner.BlockSize, maxSequences, budget);
    }

    /// <summary>Loads a model folder, with the runner that the options ask for, and starts an engine on it. Takes as long as reading the weights.</summary>
    /// <param name="folder">The opened folder.</param>
    /// <param name="options">How to share the machine.</param>
    /// <param name="loggers">Where the engine's logger comes from.</param>
    /// <param name="cancellation">Gives up loading.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelInvalid"/>, <see cref="ErrorCode.ModelUnsupported"/>, <see cref="ErrorCode.InsufficientMemory"/>,
    /// <see cref="ErrorCode.InvalidValue"/> (an option is out of its range).
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static InferenceEngine Load(ModelFolder folder, EngineOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        options.Validate();
        if (folder.Config is not { Decoder: not null, Pooling: null })
            throw new IngotException(ErrorCode.ModelUnsupported, $"The model in {folder.Path} makes vectors of texts and generates none.");
        ILogger<InferenceEngine> given = loggers.CreateLogger<InferenceEngine>();
        var logger = new ForgivingLogger(given);
        string summary = "";
        AccelerationFacts? acceleration = null;
        var (runner, facts) = new RunnerChoice<IModelRunner>(options.Name, options.Runtime, logger).Load(
            () =>
            {
                ExecutorRunner own = ExecutorRunner.Load(folder, options, cancellation);
                (summary, acceleration) = (own.Summary, own.Acceleration);
                return own;
            },
            (library, target) =>
            {
                SessionRunner session = SessionRunner.Load(folder, options, library, target);
                summary = session.Summary;
                return session;
            });
        logger.Loaded(options.Name, summary);
        if (acceleration is not null)
            logger.Accelerated(options.Name, acceleration.IsUsed ? "used" : "not used", acceleration.Reason);
        FolderNotes.Tell(folder, options, facts, logger);
        try
        {
            return new InferenceEngine(runner, options, given) { Runner = facts with { Acceleration = acceleration } };
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <summary>What computes the model, and why.</summary>
    public RunnerFacts Runner { get; private init; } = RunnerFacts.Given;

    /// <summary>Bytes of memory the model holds: its weights and the whole key-value cache, used or not.</summary>
    public long MemoryBytes => _runner.MemoryBytes;

    /// <summary>What the engine has done and is doing.</summary>
    public EngineStatistics Statistics => _counters.Snapshot();

    /// <summary>
    /// Submits a generation. Its events come in order, the last one with the reason it ended and its usage. It runs whether
    /// or not it is read; it ends early when <paramref name="cancellation"/> is cancelled or an enumeration is left before its end,
    /// and its cache blocks are then free by the next step.
    /// </summary>
    /// <param name="request">What to continue, and how.</param>
    /// <param name="cancellation">Cancels the generation; the enumeration then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The events; to be enumerated once. Throws <see cref="IngotException"/> while enumerated:
    /// <see cref="ErrorCode.Internal"/> when the model failed, <see cref="ErrorCode.EngineStopped"/> when the engine was disposed.
    /// </returns>
    /// <exception cref="IngotException">
    /// At once, before anything is computed: <see cref="ErrorCode.InvalidValue"/>, <see cref="ErrorCode.MissingRequiredParameter"/> (no prompt),
    /// <see cref="ErrorCode.ContextLengthExceeded"/>, <see cref="ErrorCode.InsufficientMemory"/> (the cache is too small for it),
    /// <see cref="ErrorCode.QueueFull"/>, <see cref="ErrorCode.EngineStopped"/>.
    /// </exception>
    public IAsyncEnumerable<TokenEvent> Generate(GenerationRequest request, CancellationToken cancellation) => Generate(request, 1, cancellation)[0];

    /// <summary>
    /// Submits several generations that continue one prompt, all or none of them. Generation number i is the one that
    /// <see cref="Generate(GenerationRequest, CancellationToken)"/> gives for the seed plus i. Those that run together compute the
    /// prompt once and choose their first tokens by the same logits.
    /// </summary>
    /// <param name="request">What to continue, and how.</param>
    /// <param name="count">How many, at least 1 and no more than there is ever room for.</param>
    /// <param name="cancellation">Cancels all of them.</param>
    /// <returns>The events of each; each to be enumerated once.</returns>
    /// <exception cref="IngotException">As <see cref="Generate(GenerationRequest, CancellationToken)"/>.</exception>
    public IReadOnlyList<IAsyncEnumerable<TokenEvent>> Generate(GenerationRequest request, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (_stopping)
            throw StoppedError();
        int maxTokens = _rules.Check(request, count);
        if (Interlocked.Add(ref _openRequests, count) > _rules.Capacity)
        {
            Interlocked.Add(ref _openRequests, -count);
            throw new IngotException(ErrorCode.QueueFull, $"The model has room for {_rules.Capacity} answers at once, made or waiting; try again shortly.");
        }
        Generation[] generations;
        try
        {
            generations = Make(request, count, maxTokens, cancellation);
        }
        catch
        {
            Interlocked.Add(ref _openRequests, -count);
            throw;
        }
        if (!_incoming.Writer.TryWrite(generations))
            throw StoppedError();
        return Array.ConvertAll(generations, generation => (IAsyncEnumerable<TokenEvent>)generation.Events);
    }

    private Generation[] Make(GenerationRequest request, int count, int maxTokens, CancellationToken cancellation)
    {
        Sequence[] sequences = _rules.MakeSequences(request, count, maxTokens);
        var generations = new Generation[count];
        for (int i = 0; i < count; i++)
        {
            SamplingOptions sampling = request.Sampling with { Seed = request.Sampling.Seed + (ulong)i };
            generations[i] = new Generation(request with { Sampling = sampling }, sequences[i], cancellation);
        }
        return generations;
    }

    /// <summary>
    /// Ends every generation with <see cref="ErrorCode.EngineStopped"/>, waits for the step under way, and disposes the model.
    /// Safe to call twice and from any thread.
    /// </summary>
    public void Dispose()
    {
        _stopping = true;
        _incoming.Writer.TryComplete();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run()
    {
        bool running = true;
        while (running)
        {
            try
            {
                running = TakeIncoming();
                if (running)
                    Step(Plan());
            }
            catch (Exception exception)
            {
                FailStep(exception);
            }
        }
        Stop();
    }

    /// <summary>Takes in what was submitted and drops what was cancelled; sleeps while there is nothing to do.</summary>
    /// <returns>False when the engine is to stop.</returns>
    private bool TakeIncoming()
    {
        if (_scheduler.IsIdle)
        {
            CheckIntegrity();
            _incoming.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();
        }
        while (_incoming.Reader.TryRead(out Generation[]? arrived))
        {
            foreach (Generation generation in arrived)
            {
                _generations.Add(generation.Sequence, generation);
                _scheduler.Add(generation.Sequence);
            }
        }
        foreach (Generation generation in _generations.Values)
        {
            if (generation.IsCancelled)
            {
                _logger.Cancelled(_options.Name, generation.Sequence.GeneratedCount);
                End(generation, new OperationCanceledException());
            }
        }
        _counters.Note(_scheduler, _pool);
        return !_stopping;
    }

    private StepPlan Plan()
    {
        _speculator.Guess(_generations.Values);
        return _scheduler.Schedule(_cost.PromptTokensBeside(_scheduler.DecodeRowCount));
    }

    private void Step(StepPlan plan)
    {
        foreach (BlockCopy copy in plan.Copies)
            _runner.CopyBlock(copy.From, copy.To);
        if (plan.IsEmpty)
            return;
        Prepare(plan);
        long started = Stopwatch.GetTimestamp();
        Compute(plan);
        long computed = Stopwatch.GetTimestamp();
        Choose(plan);
        _counters.CountStep(plan, computed - started, Stopwatch.GetTimestamp() - computed);
        _cost.Learn(plan, Stopwatch.GetElapsedTime(started).TotalSeconds);
        _scheduler.Complete();
        _counters.Note(_scheduler, _pool);
        Deliver(plan);
    }

    private void Compute(StepPlan plan)
    {
        try
        {
            _masks.Begin(plan, _generations);
            _runner.Step(_batch, _logits.AsSpan(0, checked(_batch.LogitRowCount * _runner.VocabularySize)));
        }
        finally
        {
            _masks.Finish();
        }
    }

    private void Prepare(StepPlan plan)
    {
        _batch.Clear();
        foreach (PlannedTokens part in plan.Parts)
        {
            Sequence sequence = part.Sequence;
            if (part.IsFork)
                continue;
            _batch.AddSequence(sequence.NextTokens(part.TokenCount), sequence.Computed, sequence.Blocks.Memory, part.LogitRowCount, sequence.Length);
        }
        int needed = checked((_batch.LogitRowCount + plan.ForkCount) * _runner.VocabularySize);
        if (_logits.Length < needed)
            _logits = new float[LogitRoom.Grown(_logits.Length, needed)];
    }

    private void Choose(StepPlan plan)
    {
        foreach (StepChooser.Choice choice in _chooser.Choose(plan, _generations, _logits))
        {
            if (choice.IsMade)
                continue;
            if (choice.Failure is null)
            {
                _logger.LogitsNotFinite(_options.Name);
                End(choice.Generation, new IngotException(ErrorCode.Internal, "The model's output was not a number; the request was ended."));
                continue;
            }

            // What a constraint cannot do costs its own generation, not the step.
            if (choice.Failure is not IngotException)
                _logger.StepFailed(_options.Name, 1, choice.Failure);
            End(choice.Generation, choice.Failure as IngotException ?? new IngotException(ErrorCode.Internal, "The requested format failed; the log has the details.", inner: choice.Failure));
        }

        _chooser.Forget();
    }

    private void Deliver(StepPlan plan)
    {
        foreach (PlannedTokens part in plan.Parts)
        {
            if (!_generations.TryGetValue(part.Sequence, out Generation? generation) || part.Sequence is { GeneratedCount: 0, State: SequenceState.Running })
                continue;
            if (part.Sequence.GeneratedCount > 0 && !generation.HasDelivered)
                _counters.CountFirstToken(generation.SinceSubmission);
            if (part.Sequence.State is not SequenceState.Running)
                Forget(generation);
            if (generation.Deliver())
                _wakeUps.Add(generation.Events);
        }

        _wakeUps.Place();
    }

    private void Stop()
    {
        _incoming.Writer.TryComplete();
        while (_incoming.Reader.TryRead(out Generation[]? arrived))
        {
            foreach (Generation generation in arrived)
                _generations.Add(generation.Sequence, generation);
        }
        int count = _generations.Count;
        foreach (Generation generation in _generations.Values)
            generation.Fail(StoppedError());
        _counters.Dispose();
        _masks.Dispose();
        _runner.Dispose();
        _logger.Stopped(_options.Name, count);
    }

    private void End(Generation generation, Exception reason)
    {
        _scheduler.Remove(generation.Sequence);
        Forget(generation);
        _counters.Note(_scheduler, _pool);
        generation.Fail(reason);
    }

    private void Forget(Generation generation)
    {
        _generations.Remove(generation.Sequence);
        _speculator.Keep(generation.Sequence);
        Interlocked.Decrement(ref _openRequests);
    }

    private static IngotException StoppedError() => new(ErrorCode.EngineStopped, "The model's engine has stopped.");
}
