using Ingot.Engine.KvCache;

namespace Ingot.Engine.Scheduling;

/// <summary>
/// Decides what the next step computes. Pure bookkeeping: no threads, no clock, no randomness, no model;
/// the same calls give the same plans. The engine thread owns it.
/// </summary>
/// <remarks>
/// Who comes before whom is <see cref="Precedence"/>'s to say. A step's tokens go, in this order, to
/// <list type="number">
/// <item>Answers under way: one token each, oldest first, then the tokens forced on them. One that needs a block (or several) when none
/// is free takes those of the youngest running sequence, which goes back to the queue and is recomputed later.
/// So the oldest always gets on, and everything is the oldest some day.</item>
/// <item>Prompts, and what was said before a preemption: a room of their own within the budget, which <see cref="PromptRoom"/> divides
/// so that a short one does not wait for a long one, nor the long one for ever.</item>
/// <item>Guesses of what sequences will say: tokens still left of the budget, and blocks beyond one for each
/// running sequence. Wrong ones give their blocks back.</item>
/// </list>
/// Sequences are admitted from the queue, oldest first, while there are places, and blocks for all their tokens and besides for what
/// those running will grow by while the newcomer reads (else it would soon be thrown out again). What an earlier
/// sequence has computed of the same tokens, and is still in the cache, is not computed again. One whose beginning another is just about
/// to read waits for that, and one that would get no room in this step for its turn, lest it hold blocks in vain; those behind may go ahead,
/// but not into the place and the blocks it will need. Where the whole prompt is another's (<see cref="SharedPrompt"/>), it goes on from
/// there without a token of its own: both hold the same blocks, and who first writes on into one that is not full has it copied
/// (<see cref="StepPlan.Copies"/>).
/// One that has outgrown its range of lengths (<see cref="LengthRanges"/>) reads all of its tokens again, in its place.
/// </remarks>
internal sealed class Scheduler
{
    private readonly List<Sequence> _running = [];
    private readonly LinkedList<Sequence> _waiting = [];
    private readonly StepPlan _plan = new();
    private readonly KvBlockPool _pool;
    private readonly int _maxSequences;
    private readonly int _tokenBudget;
    private readonly PromptRoom _promptRoom;
    private long _arrivals;

    /// <param name="pool">The blocks; the scheduler's alone.</param>
    /// <param name="maxSequences">Sequences that run at once; no more than a step has tokens.</param>
    /// <param name="tokenBudget">Tokens in a step, at least 1.</param>
    /// <param name="scoreBudget">How many of them, at most, may be of prompts of which every row is wanted, at least 1.</param>
    public Scheduler(KvBlockPool pool, int maxSequences, int tokenBudget, int scoreBudget = int.MaxValue)
    {
        _pool = pool;
        _maxSequences = Math.Min(maxSequences, tokenBudget);
        _tokenBudget = tokenBudget;
        _promptRoom = new PromptRoom(_plan, scoreBudget);
    }

    public int RunningCount => _running.Count;

    public int WaitingCount => _waiting.Count;

    /// <summary>Rows that answers under way want for their next tokens, guessed and forced ones included.</summary>
    public int DecodeRowCount
    {
        get
        {
            int count = 0;
            foreach (Sequence sequence in _running)
                count += sequence.IsReading ? 0 : sequence.Pending + sequence.DraftCount;
            return count;
        }
    }

    public bool IsIdle => _running.Count == 0 && _waiting.Count == 0;

    /// <summary>How often a running sequence lost its blocks, since the start.</summary>
    public long PreemptionCount { get; private set; }

    /// <summary>Every sequence not yet finished or removed: those running, oldest first, then those waiting.</summary>
    public IEnumerable<Sequence> Sequences => _running.Concat(_waiting);

    /// <summary>Queues a sequence. All of its tokens, generated ones included, must fit the pool.</summary>
    public void Add(Sequence sequence)
    {
        sequence.Arrival = ++_arrivals;
        Queue(sequence);
    }

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
        KeepBlocks();
        PlanAnswers();
        int room = Math.Min(promptTokens, _tokenBudget - _plan.TokenCount);
        Admit(room);
        _promptRoom.Divide(_running, room);
        PlanForks();
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
            _pool.Publish(sequence.Blocks, sequence.Tokens[..sequence.Computed]);
            _pool.Shrink(sequence.Blocks, sequence.Length);
            if (yields && EndOf(sequence) is { } end)
                End(sequence, end);
            else if (sequence.HasOutgrownKeys)
                BeginAgain(sequence);
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
        _pool.Reset();
    }

    /// <summary>Throws when blocks have leaked or are held twice. For tests, and for an engine that has nothing to do or had a step fail.</summary>
    public void CheckIntegrity() => _pool.CheckIntegrity(_running.Select(s => s.Blocks));

    private void KeepBlocks()
    {
        // A preemption shortens the list from its end, never before i.
        for (int i = 0; i < _running.Count; i++)
        {
            Sequence sequence = _running[i];
            while (sequence.State is SequenceState.Running && !TryKeepBlocks(sequence))
                Preempt(_running[^1]);
        }
    }

    private bool TryKeepBlocks(Sequence sequence) =>
        _pool.TryGrow(sequence.Blocks, sequence.Length) && _pool.TryOwn(sequence.Blocks, sequence.Computed, _plan.Copies);

    private void PlanAnswers()
    {
        int later = 0;
        foreach (Sequence sequence in _running)
            later += sequence.IsReading ? 0 : 1;
        foreach (Sequence sequence in _running)
        {
            if (!sequence.IsReading)
                _plan.Add(new PlannedTokens(sequence, Math.Min(sequence.Pending, _tokenBudget - _plan.TokenCount - --later)));
        }
    }

    private void Admit(int room)
    {
        int keptPlaces = 0, keptBlocks = 0;
        LinkedListNode<Sequence>? next;
        for (LinkedListNode<Sequence>? place = _waiting.First; place is not null && _running.Count + keptPlaces < _maxSequences; place = next)
        {
            next = place.Next;
            Sequence sequence = place.Value;
            int known = _pool.CountKnown(sequence.Blocks, sequence.Tokens[..sequence.Reusable]);
            int? shared = TokensToWaitFor(sequence, known);
            if (shared is not null || !PromptRoom.IsLeftFor(sequence, sequence.Length - known, _running, room))
            {
                keptPlaces++;
                keptBlocks += _pool.BlocksFor(sequence.Length - Math.Max(known, shared ?? 0)) + 1;
                continue;
            }
            if (!TryGiveBlocks(sequence, keptBlocks, room))
                return;
            _waiting.Remove(place);
            Run(sequence);
        }
    }

    /// <summary>How many of its first tokens a sequence had better have another compute, which is about to; null when it need not wait.</summary>
    private int? TokensToWaitFor(Sequence sequence, int known)
    {
        bool isOldest = true;
        foreach (Sequence reader in _running)
        {
            if (!reader.IsReading)
                continue;
            // Others of those that read may be long, and then it is a long time until they get on.
            if ((isOldest || reader.Pending / 2 <= sequence.Pending) && SharedTokens(sequence, reader) is var shared && shared > Math.Max(reader.Computed, known))
                return shared;
            isOldest = false;
        }
        return sequence.Shared is { } prompt && prompt.IsBeingComputedFor(sequence) ? prompt.FullTokens : null;
    }

    private int SharedTokens(Sequence sequence, Sequence reader) => sequence.Blocks.BeginsLike(reader.Blocks)
        ? sequence.Tokens[..sequence.Reusable].CommonPrefixLength(reader.Tokens) / _pool.BlockSize * _pool.BlockSize
        : 0;

    private bool TryGiveBlocks(Sequence sequence, int kept, int room)
    {
        int known = _pool.Share(sequence.Blocks, sequence.Tokens[..sequence.Reusable]);
        int steps = (sequence.Length - known) / Math.Max(1, room / 2);
        if (_pool.BlocksFor(sequence.Length) - sequence.Blocks.Count + Growth(steps) + kept > _pool.FreeCount)
        {
            _pool.Release(sequence.Blocks);
            return false;
        }
        sequence.Reuse(known);
        return _pool.TryGrow(sequence.Blocks, sequence.Length);
    }

    /// <summary>Blocks that running sequences may come to need in so many steps, at least one for each that is not at its end.</summary>
    private int Growth(int steps)
    {
        int count = 0;
        foreach (Sequence sequence in _running)
        {
            // The last token of all is never computed, so it needs no room.
            int missing = _pool.BlocksFor(sequence.PromptLength + sequence.MaxTokens - 1) - sequence.Blocks.Count
                + _pool.CountShared(sequence.Blocks, sequence.Computed);
            count += Math.Clamp(missing, 0, 1 + (steps / _pool.BlockSize));
        }
        return count;
    }

    private void PlanForks()
    {
        int ahead = 0;
        LinkedListNode<Sequence>? next;
        for (LinkedListNode<Sequence>? place = _waiting.First; place is not null && _running.Count + ahead < _maxSequences; place = next)
        {
            next = place.Next;
            if (!TryFork(place.Value))
            {
                ahead++;
                continue;
            }
            _waiting.Remove(place);
            Run(place.Value);
        }
    }

    private bool TryFork(Sequence sequence)
    {
        if (sequence.Shared is not { } prompt || !prompt.CanFork(sequence) || _plan.EndOf(prompt) is not { } part)
            return false;
        _pool.Fork(_plan.Parts[part].Sequence.Blocks, sequence.Blocks);
        // Each may have to copy a block, or to begin a new one, before it writes.
        if (Growth(steps: 0) + 1 > _pool.FreeCount)
        {
            _pool.Release(sequence.Blocks);
            return false;
        }
        sequence.Reuse(sequence.PromptLength);
        _plan.AddFork(part, sequence);
        return true;
    }

    private void PlanDrafts()
    {
        for (int i = 0; i < _plan.Parts.Count; i++)
        {
            PlannedTokens part = _plan.Parts[i];
            Sequence sequence = part.Sequence;
            int blocks = sequence.Blocks.Count + Math.Max(0, _pool.FreeCount - _running.Count);
            int room = Math.Min(_tokenBudget - _plan.TokenCount, (blocks * _pool.BlockSize) - sequence.Length);
            // A block that others hold too is not written to before it is copied.
            bool mayGuess = part is { YieldsToken: true, IsFork: false } && _pool.CountShared(sequence.Blocks, sequence.Computed) == 0;
            sequence.CutDraft(mayGuess ? room : 0);
            if (sequence.DraftCount > 0 && _pool.TryGrow(sequence.Blocks, sequence.Length + sequence.DraftCount))
                _plan.AddDraft(i, sequence.DraftCount);
        }
    }

    private void Preempt(Sequence sequence)
    {
        _running.Remove(sequence);
        _pool.Release(sequence.Blocks);
        sequence.ForgetComputed();
        Queue(sequence);
        PreemptionCount++;
    }

    private void Queue(Sequence sequence)
    {
        sequence.State = SequenceState.Waiting;
        LinkedListNode<Sequence>? before = _waiting.Last;
        while (before is not null && Precedence.ByAge(sequence, before.Value) < 0)
            before = before.Previous;
        if (before is null)
            _waiting.AddFirst(sequence);
        else
            _waiting.AddAfter(before, sequence);
    }

    private void Run(Sequence sequence)
    {
        sequence.State = SequenceState.Running;
        int place = _running.Count;
        while (place > 0 && Precedence.ByAge(sequence, _running[place - 1]) < 0)
            place--;
        _running.Insert(place, sequence);
    }

    // It stays where it is among the running ones: its blocks are asked for again with the next plan.
    private void BeginAgain(Sequence sequence)
    {
        _pool.Release(sequence.Blocks);
        sequence.BeginAgain();
        sequence.Reuse(_pool.Share(sequence.Blocks, sequence.Tokens[..sequence.Reusable]));
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
        _pool.Release(sequence.Blocks);
    }
}
