using System.Runtime.InteropServices;
using Ingot.Engine.KvCache;

namespace Ingot.Engine.Scheduling;

/// <summary>One generation as the scheduler sees it: its tokens, how far they are computed, and its cache blocks.</summary>
/// <remarks>
/// Token positions, with <c>Computed ≤ Length</c>:
/// <code>
/// [0, Computed)       keys and values are in the cache
/// [Computed, Length)  still to compute; the last one's logits give the next token
/// [PromptLength, Length)  generated
/// [Length, Length + Draft)  guessed; computed along, and kept as far as the step yields the same
/// </code>
/// Preemption sets Computed back to 0 and keeps the tokens, so nothing is generated twice.
/// </remarks>
internal sealed class Sequence
{
    private readonly LengthRanges _ranges;
    private int[] _tokens;
    private int? _foundFirst;
    private int _readLength;

    public Sequence(
        IReadOnlyList<int> prompt, int maxTokens, IReadOnlySet<int> endTokens, SharedPrompt? shared = null, bool scoresPrompt = false, LengthRanges? ranges = null,
        PrefixScope? scope = null)
    {
        _ranges = ranges ?? LengthRanges.One;
        Scope = scope ?? _ranges.ScopeOf(null);
        Shared = shared;
        shared?.Add(this);
        PromptLength = Length = _readLength = prompt.Count;
        MaxTokens = maxTokens;
        ScoredCount = scoresPrompt ? Math.Min(1, PromptLength) : PromptLength;
        EndTokens = endTokens;
        // Most answers then never have to be moved, in the middle of a step, to where there is more room.
        _tokens = new int[prompt.Count + Math.Min(maxTokens, 4096)];
        for (int i = 0; i < prompt.Count; i++)
            _tokens[i] = prompt[i];
        EnterRange();
    }

    /// <summary>Whom it has its prompt in common with; null for nobody.</summary>
    public SharedPrompt? Shared { get; }

    /// <summary>Who shares blocks and guesses with it; of the same ranges.</summary>
    public PrefixScope Scope { get; }

    /// <summary>Its number in the order of arrival; the scheduler gives it.</summary>
    public long Arrival { get; set; }

    public int PromptLength { get; }

    /// <summary>Most tokens to generate; with 0 it ends when its prompt is computed.</summary>
    public int MaxTokens { get; }

    public IReadOnlySet<int> EndTokens { get; }

    /// <summary>Prompt and generated tokens.</summary>
    public int Length { get; private set; }

    public int Computed { get; private set; }

    public int Pending => Length - Computed;

    /// <summary>
    /// Whether some of what it began to run with is still to be computed: of its prompt, and of what it had said before it was
    /// preempted. Once that is done it answers, and others of its tokens that are still to be computed are such as were forced on it.
    /// </summary>
    public bool IsReading => Computed < _readLength;

    public int GeneratedCount => Length - PromptLength;

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    public BlockTable Blocks { get; } = new();

    public SequenceState State { get; set; }

    /// <summary>What the step yields, in order: tokens chosen, and tokens that must follow them; emptied when they are appended.</summary>
    public List<int> Yielded { get; } = [];

    /// <summary>Whether nothing may follow what the step yields.</summary>
    public bool IsWhole { get; set; }

    /// <summary>What is guessed to follow the known tokens.</summary>
    public ReadOnlySpan<int> Draft => _tokens.AsSpan(Length, DraftCount);

    public int DraftCount { get; private set; }

    /// <summary>The most tokens worth guessing: the last token allowed need not be computed, nor what a longer sequence computes again.</summary>
    public int MostDraft => Math.Min(MaxTokens - GeneratedCount - 1, LongestInRange - Length);

    /// <summary>The longest it may become with the keys it has.</summary>
    public int LongestInRange { get; private set; }

    /// <summary>Whether it has grown beyond that, and must begin again.</summary>
    public bool HasOutgrownKeys => Length > LongestInRange;

    /// <summary>Prompt tokens it found computed when it first ran.</summary>
    public int CachedTokens => _foundFirst ?? 0;

    /// <summary>
    /// Prompt tokens whose probability is known, the first one, which has none, counted in. From the start all of them, where nobody wants it.
    /// </summary>
    public int ScoredCount { get; private set; }

    /// <summary>Whether the rows of the prompt are still wanted, so that each token but the last gives one.</summary>
    public bool ScoresPrompt => ScoredCount < PromptLength;

    /// <summary>How many of the first tokens need not be computed if their keys and values are known: never the last, nor one whose row is wanted.</summary>
    public int Reusable => ScoresPrompt ? ScoredCount - 1 : Length - 1;

    /// <summary>How many of the last of the next <paramref name="count"/> tokens give a row of logits.</summary>
    public int LogitRows(int count)
    {
        int wanted = ScoresPrompt ? Computed + count - (ScoredCount - 1) : count == Pending ? 1 : 0;
        return Math.Clamp(wanted, 0, count);
    }

    /// <summary>Takes the next prompt token to be scored.</summary>
    public int TakeScored() => Tokens[ScoredCount++];

    /// <summary>The first tokens are in blocks it holds, computed by somebody before.</summary>
    public void Reuse(int tokens)
    {
        Computed = tokens;
        _foundFirst ??= tokens;
    }

    /// <summary>Known tokens and guessed ones that are to be computed next.</summary>
    /// <param name="count">How many from the first uncomputed one on.</param>
    public ReadOnlySpan<int> NextTokens(int count) => _tokens.AsSpan(Computed, count);

    public void Advance(int tokens) => Computed += tokens;

    /// <summary>Nothing of it is computed any more, nor anything guessed: who decides how much is guessed in a step did not see it.</summary>
    public void ForgetComputed()
    {
        Computed = DraftCount = 0;
        _readLength = Length;
    }

    /// <summary>It has no blocks, and from here on the keys of its length.</summary>
    public void BeginAgain()
    {
        ForgetComputed();
        EnterRange();
    }

    /// <summary>Replaces the guess; empty for none.</summary>
    public void Guess(ReadOnlySpan<int> draft)
    {
        if (Length + draft.Length > _tokens.Length)
            Array.Resize(ref _tokens, Math.Max(2 * _tokens.Length, Length + draft.Length));
        draft.CopyTo(_tokens.AsSpan(Length));
        DraftCount = draft.Length;
    }

    /// <summary>Guesses no more than this.</summary>
    public void CutDraft(int count) => DraftCount = Math.Min(DraftCount, count);

    /// <summary>Guessed tokens that came true, so far.</summary>
    public int AcceptedDrafts { get; private set; }

    /// <summary>Guessed tokens computed in vain, so far.</summary>
    public int RefusedDrafts { get; private set; }

    /// <summary>How many tokens of the draft are what the step yields.</summary>
    public int ConfirmedDraft() => Draft.CommonPrefixLength(CollectionsMarshal.AsSpan(Yielded));

    /// <summary>Whether the draft was right so far and the model has looked at what follows it.</summary>
    public bool CanYieldMore =>
        !IsWhole && GeneratedCount + Yielded.Count < MaxTokens && !EndTokens.Contains(Yielded[^1]) && ConfirmedDraft() == Yielded.Count;

    /// <summary>Makes known what the step has yielded; as much of it as was guessed is computed already.</summary>
    public void AppendYielded()
    {
        int confirmed = ConfirmedDraft();
        AcceptedDrafts += confirmed;
        RefusedDrafts += DraftCount - confirmed;
        Computed += confirmed;
        DraftCount = 0;
        foreach (int token in Yielded)
            Append(token);
    }

    private void EnterRange()
    {
        LongestInRange = _ranges.LongestWith(Length);
        if (Scope.BeginningOf(_ranges.IndexOf(Length)) is { } beginning)
            Blocks.BeginWith(beginning);
    }

    private void Append(int token)
    {
        if (Length == _tokens.Length)
            Array.Resize(ref _tokens, 2 * Length);
        _tokens[Length++] = token;
    }
}

/// <summary>Where a sequence stands with the scheduler.</summary>
internal enum SequenceState
{
    /// <summary>Has no blocks; runs when it is its turn and there are enough.</summary>
    Waiting,

    /// <summary>Has blocks and takes part in steps.</summary>
    Running,

    /// <summary>Generated an end token.</summary>
    Stopped,

    /// <summary>Generated all that its constraint allows.</summary>
    Whole,

    /// <summary>Generated as many tokens as it may.</summary>
    LengthReached,

    /// <summary>Taken out before its end: cancelled or failed.</summary>
    Removed,
}
