using Ingot.Compute.Execution;
using Ingot.Engine.KvCache;
using Ingot.Engine.Scheduling;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Scheduling;

/// <summary>A scheduler, a fake model and requests that come and go; every step is looked at.</summary>
internal sealed class SchedulerDay : IDisposable
{
    private readonly Workload _load;
    private readonly KvBlockPool _pool;
    private readonly FakeRunner _model;
    private readonly LengthRanges _ranges;
    private readonly StepBatch _batch = new();
    private readonly Sequence?[] _sequences;
    private readonly SharedPrompt[] _prompts;
    private readonly Dictionary<Sequence, Ask> _asks = [];
    private int _step;

    public SchedulerDay(Workload load)
    {
        _load = load;
        _pool = new KvBlockPool(load.Blocks, Workload.BlockSize);
        Scheduler = new Scheduler(_pool, load.MaxSequences, load.Budget, load.ScoreBudget);
        _model = new FakeRunner { BlockSize = Workload.BlockSize, BlockCount = load.Blocks, MaxStepTokens = load.Budget, EndOfSequenceIds = [0], RotaryLimits = load.Limits ?? [] };
        _ranges = new LengthRanges(load.Limits ?? []);
        _sequences = new Sequence?[load.Asks.Count];
        _prompts = [.. load.Asks.Select(a => new SharedPrompt(a.PromptLength, Workload.BlockSize, load.CanCopy))];
    }

    public Scheduler Scheduler { get; }

    /// <summary>Parts, so far, of answers that had to compute several tokens forced on them.</summary>
    public int ForcedParts { get; private set; }

    /// <summary>How often, so far, a sequence outgrew its range of lengths.</summary>
    public int Outgrown { get; private set; }

    /// <summary>Answers, so far, that began by what another's reading of the prompt said.</summary>
    public int Forks { get; private set; }

    /// <summary>Rows, so far, that told of a prompt's tokens.</summary>
    public int ScoredRows { get; private set; }

    /// <summary>The sequence of a request; null before it came.</summary>
    public Sequence? Of(int ask) => _sequences[ask];

    /// <summary>Lets a step pass.</summary>
    /// <returns>What was computed, by request; null when all is done that will ever come.</returns>
    public Dictionary<Sequence, int>? Step()
    {
        ArriveAndCancel();
        Guess();
        Sequence[] answering = [.. Scheduler.Sequences.Where(s => s.State is SequenceState.Running && !s.IsReading)];
        StepPlan plan = Scheduler.Schedule(_load.PromptTokens);
        Scheduler.CheckIntegrity();
        CheckPlan(plan);
        // One that has lost its blocks reads again, and may run again already.
        Assert.All(answering, s => Assert.True(s.IsReading || plan.Parts.Any(p => p.Sequence == s), "An answer stood still."));
        Dictionary<Sequence, int> computed = plan.Parts.ToDictionary(p => p.Sequence, p => p.Count);
        if (!plan.IsEmpty)
        {
            Compute(plan);
            Dictionary<Sequence, int> longest = plan.Parts.ToDictionary(p => p.Sequence, p => p.Sequence.LongestInRange);
            Scheduler.Complete();
            Scheduler.CheckIntegrity();
            Outgrown += longest.Count(before => before.Key.LongestInRange > before.Value);
        }

        Assert.All(Scheduler.Sequences, s => Assert.True(s.Blocks.Count <= _pool.BlocksFor(s.Length), "Blocks of refused guesses were kept."));
        return _step++ > _load.Asks.Max(a => a.ArrivesAt) && plan.IsEmpty ? null : computed;
    }

    /// <summary>Looks at what all of them said, once nothing is left to do.</summary>
    public void CheckOutcomes()
    {
        Assert.True(Scheduler.IsIdle, "Something starved.");
        Assert.Equal(_load.Blocks, _pool.FreeCount);
        for (int i = 0; i < _sequences.Length; i++)
            CheckOutcome(_sequences[i]!, _load.Asks[i], _model.Expect(_load.Prompt(i), _load.Asks[i].MaxTokens));
    }

    public void Dispose() => _model.Dispose();

    private static void CheckOutcome(Sequence sequence, Ask ask, List<int> alone)
    {
        int end = alone.IndexOf(0);
        int[] expected = [.. end < 0 ? alone : alone.Take(end + 1)];
        int[] said = sequence.Tokens[sequence.PromptLength..].ToArray();
        if (sequence.State is SequenceState.Removed)
        {
            Assert.NotNull(ask.CancelledAfter);
            Assert.Equal(expected.Take(said.Length), said);
            return;
        }
        Assert.Equal(expected, said);
        Assert.Equal(end >= 0 ? SequenceState.Stopped : SequenceState.LengthReached, sequence.State);
        Assert.Equal(sequence.PromptLength, sequence.ScoredCount);
    }

    private void CheckPlan(StepPlan plan)
    {
        Assert.True(plan.TokenCount <= _load.Budget, $"{plan.TokenCount} tokens planned, {_load.Budget} allowed");
        Assert.Equal(plan.TokenCount, plan.Parts.Sum(p => p.Count + p.Draft));
        Assert.True(plan.Parts.Where(p => !p.IsDecode).Sum(p => p.Count) <= _load.PromptTokens, "More of prompts than allowed.");
        Assert.True(plan.Parts.Where(p => p.Sequence.ScoresPrompt).Sum(p => p.Count) <= _load.ScoreBudget, "More of scored prompts than allowed.");
        Assert.True(plan.Parts.Count <= _load.MaxSequences);
        Assert.Equal(plan.Parts.Count, plan.Parts.Select(p => p.Sequence).Distinct().Count());
        Assert.True(plan.IsEmpty == Scheduler.IsIdle, "An empty plan while there is work would hang the engine.");
        Assert.All(plan.Parts, p => Assert.True(p.Draft == 0 || p.YieldsToken, "A guess was planned after tokens that are not computed."));
        Assert.All(plan.Parts, p => Assert.InRange(p.Sequence.Computed + p.TokenCount, 1, p.Sequence.PromptLength + p.Sequence.MaxTokens - 1));
    }

    /// <summary>Guesses are right up to some token, or longer than what may come.</summary>
    private void Guess()
    {
        if (_load.Draft == 0)
            return;
        foreach (Sequence sequence in Scheduler.Sequences)
        {
            var random = new Random((_step * 1000) + sequence.Length);
            int[] draft = [.. _model.Expect(sequence.Tokens.ToArray(), Math.Min(random.Next(_load.Draft + 1), sequence.MostDraft))];
            if (draft.Length > 0 && random.Next(2) == 0)
                draft[random.Next(draft.Length)] ^= 1;
            sequence.Guess(draft);
        }
    }

    private void ArriveAndCancel()
    {
        for (int i = 0; i < _load.Asks.Count; i++)
        {
            Ask ask = _load.Asks[i];
            if (ask.ArrivesAt == _step)
            {
                var sequence = new Sequence(_load.Prompt(i), ask.MaxTokens, new HashSet<int> { 0 }, _prompts[_load.Source(i)], ask.IsScored, _ranges);
                _asks.Add(sequence, ask);
                Scheduler.Add(_sequences[i] = sequence);
            }
            if (ask.CancelledAfter is { } after && ask.ArrivesAt + after == _step)
                Scheduler.Remove(_sequences[i]!);
        }
    }

    private void Compute(StepPlan plan)
    {
        foreach (BlockCopy copy in plan.Copies)
            _model.CopyBlock(copy.From, copy.To);
        _batch.Clear();
        foreach (PlannedTokens part in plan.Parts.Where(part => !part.IsFork))
        {
            _batch.AddSequence(part.Sequence.NextTokens(part.TokenCount), part.Sequence.Computed, part.Sequence.Blocks.Memory, part.LogitRowCount, part.Sequence.Length);
            ForcedParts += part is { IsDecode: true, Count: > 1 } ? 1 : 0;
            ScoredRows += part.ScoredRowCount;
        }
        var logits = new float[_batch.LogitRowCount * _model.VocabularySize];
        _model.Step(_batch, logits);
        int first = 0;
        foreach (PlannedTokens part in plan.Parts)
        {
            int rows = part.LogitRowCount, forked = part.IsFork ? 1 : 0;
            Forks += forked;
            Read(part, logits.AsSpan((first - forked) * _model.VocabularySize, (rows + forked) * _model.VocabularySize));
            first += rows;
        }
    }

    private void Read(PlannedTokens part, ReadOnlySpan<float> logits)
    {
        Sequence sequence = part.Sequence;
        int scored = part.ScoredRowCount;
        for (int row = 0; row < scored; row++)
        {
            Assert.Equal(_model.Expect(sequence.Tokens[..sequence.ScoredCount].ToArray(), 1)[0], Told(logits, row));
            sequence.TakeScored();
        }
        for (bool more = part.YieldsToken; more; more = sequence.CanYieldMore)
        {
            sequence.Yielded.Add(Told(logits, scored + sequence.Yielded.Count));
            Force(sequence);
        }
    }

    private int Told(ReadOnlySpan<float> logits, int row) => logits.Slice(row * _model.VocabularySize, _model.VocabularySize).IndexOf(_model.Certainty);

    /// <summary>What is forced is what the model would have said, so that answers stay those of one token a step.</summary>
    private void Force(Sequence sequence)
    {
        int room = sequence.MaxTokens - sequence.GeneratedCount - sequence.Yielded.Count;
        if (sequence.Yielded[^1] == 0)
            return;
        int[] said = [.. sequence.Tokens, .. sequence.Yielded];
        foreach (int token in _model.Expect(said, Math.Min(room, new Random(said.Length).Next(_asks[sequence].Forced + 1))))
        {
            sequence.Yielded.Add(token);
            if (token == 0)
                return;
        }
    }
}
