using Ingot.Engine.KvCache;

namespace Ingot.Engine.Scheduling;

/// <summary>One generation as the scheduler sees it: its tokens, how far they are computed, and its cache blocks.</summary>
/// <remarks>
/// Token positions, with <c>Computed ≤ Length</c>:
/// <code>
/// [0, Computed)       keys and values are in the cache
/// [Computed, Length)  still to compute; the last one's logits give the next token
/// [PromptLength, Length)  generated
/// </code>
/// Preemption sets Computed back to 0 and keeps the tokens, so nothing is generated twice.
/// </remarks>
internal sealed class Sequence
{
    private int[] _tokens;
    private int? _foundFirst;

    public Sequence(IReadOnlyList<int> prompt, int maxTokens, IReadOnlySet<int> endTokens, SharedPrompt? shared = null)
    {
        Shared = shared;
        shared?.Add(this);
        PromptLength = Length = prompt.Count;
        MaxTokens = maxTokens;
        EndTokens = endTokens;
        _tokens = new int[prompt.Count + Math.Min(maxTokens, 64)];
        for (int i = 0; i < prompt.Count; i++)
            _tokens[i] = prompt[i];
    }

    /// <summary>Whom it has its prompt in common with; null for nobody.</summary>
    public SharedPrompt? Shared { get; }

    public int PromptLength { get; }

    /// <summary>Most tokens to generate, at least 1.</summary>
    public int MaxTokens { get; }

    public IReadOnlySet<int> EndTokens { get; }

    /// <summary>Prompt and generated tokens.</summary>
    public int Length { get; private set; }

    public int Computed { get; private set; }

    public int Pending => Length - Computed;

    public int GeneratedCount => Length - PromptLength;

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    public BlockTable Blocks { get; } = new();

    public SequenceState State { get; set; }

    /// <summary>Tokens that follow the one the step yields without being computed first; emptied when they are appended.</summary>
    public List<int> Forced { get; } = [];

    /// <summary>Whether nothing may follow what the step yields and what it forces.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Prompt tokens it found computed when it first ran.</summary>
    public int CachedTokens => _foundFirst ?? 0;

    /// <summary>The first tokens are in blocks it holds, computed by somebody before.</summary>
    public void Reuse(int tokens)
    {
        Computed = tokens;
        _foundFirst ??= tokens;
    }

    public void Advance(int tokens) => Computed += tokens;

    public void ForgetComputed() => Computed = 0;

    public void Append(int token)
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
