using Ingot.Engine.KvCache;

namespace Ingot.Engine.Scheduling;

/// <summary>
/// Decides what the next step computes. Pure bookkeeping: no threads, no clock, no randomness, no model;
/// the same calls give the same plans. The engine thread owns it.
/// </summary>
/// <remarks>
/// Order of arrival is the only priority, and both lists keep it: everything running arrived before everything waiting.
/// <list type="number">
/// <item>Decodes come first, oldest first, one token each. One that needs a block (or several, for tokens forced on it) when none is free
/// takes those of the youngest running sequence, which goes back to the head of the queue and is recomputed later.
/// So the oldest always gets on, and everything is the oldest some day.</item>
/// <item>What is left of the token budget goes to prompts and forced tokens of running sequences, oldest first, in chunks; prompts
/// of which every row is wanted share a budget of rows besides.</item>
/// <item>Then sequences are admitted from the queue, in order, while there are blocks for all their tokens
/// and one more for each running sequence that may come to need it (else the next decodes would throw the newcomer out again). What an earlier
/// sequence has computed of the same tokens, and is still in the cache, is not computed again. One whose prompt
/// another is just computing waits for that, and those behind it with it: the prompt takes what is left of the budget anyway.</item>
/// <item>Guesses of what sequences will say take what nobody else needs: tokens still left of the budget, and blocks beyond one for each
/// running sequence. Wrong ones give their blocks back.</item>
/// </list>
/// </remarks>
internal sealed class Scheduler(KvBlockPool pool, int maxSequences, int tokenBudget, int scoreBudget = int.MaxValue)
{
    private readonly List<Sequence> _running = [];
    private readonly LinkedList<Sequence> _waiting = [];
    private readonly StepPlan _plan = new();
    private int _promptRoom;
    private int _scoreRoom;

    public int RunningCount => _running.Count;

    public int WaitingCount => _waiting.Count;

    /// <summary>Rows that running sequences want for their next tokens, guessed ones included.</summary>
    public int DecodeRowCount => _running.Sum(s => s.Computed >= s.PromptLength ? s.Pending + s.DraftCount : 0);

    public bool IsIdle => _running.Count == 0 && _waiting.Count == 0;

    /// <summary>How often a running sequence lost its blocks, since the start.</summary>
    public long PreemptionCount { get; private set; }

    /// <summary>Every sequence not yet finished or removed, oldest first.</summary>
    public IEnumerable<Sequence> Sequences => _running.Concat(_waiting);

    /// <summary>Queues a sequence. All of its tokens, generated ones included, must fit the pool.</summary>
    public void Add(Sequence sequence) => _waiting.AddLast(sequence);

    /// <summary>Takes out an unfinished sequence; its blocks are free at once. Nothing happens when it is finished already.</summary>
    public void Remove(Sequence sequence)
    {
        if (sequence.State is SequenceState.Running)
            _running.Remove(sequence);
        else if (sequence.State is SequenceState.Waiting)
            _waiting.Remove(sequence);
        else
            return;
        Leave(sequence, SequenceState.Removed);
    }

    /// <summary>Plans the next step: never more tokens than the budget, empty only when idle. Valid until the next call.</summary>
    /// <param name="promptTokens">Most tokens of prompts in it, at least 1.</param>
    public StepPlan Schedule(int promptTokens = int.MaxValue)
    {
        _plan.Clear();
        _promptRoom = promptTokens;
        _scoreRoom = scoreBudget;
        PlanDecodes();
        PlanPrompts();
        Admit();
        PlanDrafts();
        return _plan;
    }

    /// <summary>Books what the last planned step computed: the known tokens, and what each part that yields has put into its sequence.</summary>
    public void Complete()
    {
        foreach (PlannedTokens part in _plan.Parts)
        {
            Sequence sequence = part.Sequence;
            if (sequence.State is not SequenceState.Running)
                continue;
            bool yields = part.YieldsToken;
            sequence.Advance(part.Count);
            if (yields)
                sequence.AppendYielded();
            pool.Publish(sequence.Blocks, sequence.Tokens[..sequence.Computed]);
            pool.Shrink(sequence.Blocks, sequence.Length);
            if (yields && EndOf(sequence) is { } end)
                End(sequence, end);
            sequence.Yielded.Clear();
        }
    }

    /// <summary>The unfinished sequences of the last plan; all there are when it is empty.</summary>
    public IEnumerable<Sequence> PlannedOrAll() =>
        _plan.IsEmpty ? Sequences : _plan.Parts.Select(p => p.Sequence).Where(s => s.State is SequenceState.Running);

    /// <summary>Drops everything, whatever state it is in.</summary>
    public void Reset()
    {
        foreach (Sequence sequence in Sequences)
        {
            sequence.State = SequenceState.Removed;
            sequence.Blocks.Clear();
        }
        _plan.Clear();
        _running.Clear();
        _waiting.Clear();
        pool.Reset();
    }

    /// <summary>Throws when blocks have leaked or are held twice. For tests and for an idle debug engine.</summary>
    public void CheckIntegrity() => pool.CheckIntegrity(_running.Select(s => s.Blocks));

    private void PlanDecodes()
    {
        // A preemption shortens the list from its end, never before i.
        for (int i = 0; i < _running.Count; i++)
        {
            Sequence sequence = _running[i];
            if (sequence.Pending == 1 && _plan.TokenCount == tokenBudget)
                continue;
            while (!pool.TryGrow(sequence.Blocks, sequence.Length))
            {
                Sequence youngest = _running[^1];
                Preempt(youngest);
                if (youngest == sequence)
                    return;
            }
            if (sequence.Pending == 1)
                _plan.Add(new PlannedTokens(sequence, 1));
        }
    }

    private void PlanPrompts()
    {
        foreach (Sequence sequence in _running)
        {
            if (sequence.Pending > 1)
                PlanChunk(sequence);
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } head && _running.Count < maxSequences && _plan.TokenCount < tokenBudget && _promptRoom > 0)
        {
            Sequence sequence = head.Value;
            if (sequence.Shared?.IsBeingComputed() == true || !TryGiveBlocks(sequence))
                return;
            _waiting.RemoveFirst();
            _running.Add(sequence);
            sequence.State = SequenceState.Running;
            PlanChunk(sequence);
        }
    }

    private bool TryGiveBlocks(Sequence sequence)
    {
        int known = pool.Share(sequence.Blocks, sequence.Tokens[..sequence.Reusable]);
        if (pool.BlocksFor(sequence.Length) - sequence.Blocks.Count + CountGrowing() > pool.FreeCount)
        {
            pool.Release(sequence.Blocks);
            return false;
        }
        sequence.Reuse(known);
        return pool.TryGrow(sequence.Blocks, sequence.Length);
    }

    // The last token of all is never computed, so it needs no room.
    private int CountGrowing()
    {
        int count = 0;
        foreach (Sequence sequence in _running)
            count += pool.BlocksFor(sequence.PromptLength + sequence.MaxTokens - 1) > sequence.Blocks.Count ? 1 : 0;
        return count;
    }

    private void PlanChunk(Sequence sequence)
    {
        var part = new PlannedTokens(sequence, Math.Min(sequence.Pending, tokenBudget - _plan.TokenCount));
        if (!part.IsDecode)
        {
            part = part with { Count = Math.Min(part.Count, sequence.ScoresPrompt ? Math.Min(_promptRoom, _scoreRoom) : _promptRoom) };
            _promptRoom -= part.Count;
            _scoreRoom -= sequence.ScoresPrompt ? part.Count : 0;
        }
        if (part.Count > 0)
            _plan.Add(part);
    }

    private void PlanDrafts()
    {
        for (int i = 0; i < _plan.Parts.Count; i++)
        {
            PlannedTokens part = _plan.Parts[i];
            Sequence sequence = part.Sequence;
            int blocks = sequence.Blocks.Count + Math.Max(0, pool.FreeCount - _running.Count);
            int room = Math.Min(tokenBudget - _plan.TokenCount, (blocks * pool.BlockSize) - sequence.Length);
            sequence.CutDraft(part.YieldsToken ? room : 0);
            if (sequence.DraftCount > 0 && pool.TryGrow(sequence.Blocks, sequence.Length + sequence.DraftCount))
                _plan.AddDraft(i, sequence.DraftCount);
        }
    }

    private void Preempt(Sequence sequence)
    {
        _running.RemoveAt(_running.Count - 1);
        pool.Release(sequence.Blocks);
        sequence.ForgetComputed();
        sequence.State = SequenceState.Waiting;
        _waiting.AddFirst(sequence);
        PreemptionCount++;
    }

    private static SequenceState? EndOf(Sequence sequence) =>
        sequence.GeneratedCount > 0 && sequence.EndTokens.Contains(sequence.Tokens[^1]) ? SequenceState.Stopped
        : sequence.IsWhole ? SequenceState.Whole
        : sequence.GeneratedCount == sequence.MaxTokens ? SequenceState.LengthReached
        : null;

    private void End(Sequence sequence, SequenceState state)
    {
        _running.Remove(sequence);
        Leave(sequence, state);
    }

    private void Leave(Sequence sequence, SequenceState state)
    {
        sequence.State = state;
        pool.Release(sequence.Blocks);
    }
}
