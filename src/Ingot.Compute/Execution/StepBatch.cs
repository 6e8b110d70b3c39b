namespace Ingot.Compute.Execution;

/// <summary>
/// The tokens of one step: of any mix of sequences, one after the other, without padding. Filled by the scheduler, read by
/// the executor, cleared and used again; grows to the largest step and then allocates no more.
/// </summary>
public sealed class StepBatch
{
    private int[] _tokens = new int[64];
    private int[] _positions = new int[64];
    private int[] _sequenceOfToken = new int[64];
    private int[] _logitRows = new int[64];
    private StepSequence[] _sequences = new StepSequence[8];

    /// <summary>Sequences in this step.</summary>
    public int SequenceCount { get; private set; }

    /// <summary>Tokens in this step, over all sequences.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Rows of logits this step yields, over all sequences, in the order of the tokens.</summary>
    public int LogitRowCount { get; private set; }

    /// <summary>Token ids, [TokenCount].</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, TokenCount);

    /// <summary>Each token's place in its own sequence, from 0, [TokenCount].</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, TokenCount);

    /// <summary>Each token's sequence (an index into <see cref="Sequences"/>), [TokenCount].</summary>
    public ReadOnlySpan<int> SequenceOfToken => _sequenceOfToken.AsSpan(0, TokenCount);

    /// <summary>The tokens (indexes into <see cref="Tokens"/>, ascending) whose logits are wanted, [LogitRowCount].</summary>
    public ReadOnlySpan<int> LogitRows => _logitRows.AsSpan(0, LogitRowCount);

    /// <summary>The sequences in the order they were added, [SequenceCount].</summary>
    public ReadOnlySpan<StepSequence> Sequences => _sequences.AsSpan(0, SequenceCount);

    /// <summary>Empties the batch and lets go of the block tables.</summary>
    public void Clear()
    {
        Array.Clear(_sequences, 0, SequenceCount);
        SequenceCount = TokenCount = LogitRowCount = 0;
    }

    /// <summary>Adds the next tokens of one sequence.</summary>
    /// <param name="tokens">At least one token id.</param>
    /// <param name="pastLength">Tokens of this sequence already in the key-value cache; the first of <paramref name="tokens"/> has this position.</param>
    /// <param name="blockTable">
    /// The cache blocks of this sequence in order, covering <paramref name="pastLength"/> and the new tokens; longer is fine.
    /// Owned by the caller, who must not change it before the step has run.
    /// </param>
    /// <param name="logitRowCount">How many of the last of <paramref name="tokens"/> want logits: 0 to all.</param>
    /// <param name="length">
    /// Tokens of the whole sequence, as far as they are known: more than this step's where later steps compute the rest. A model with several
    /// rotary tables chooses by it, so it must not pass a <see cref="DecoderExecutor.RotaryLimits"/> between two steps of a sequence. Default: those up to this step.
    /// </param>
    /// <exception cref="ArgumentException">A count is out of range.</exception>
    public void AddSequence(ReadOnlySpan<int> tokens, int pastLength, ReadOnlyMemory<int> blockTable, int logitRowCount, int length = 0)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("A sequence in a step has at least one token.", nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfNegative(pastLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pastLength, int.MaxValue - tokens.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(logitRowCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(logitRowCount, tokens.Length);

        Grow(ref _sequences, SequenceCount + 1);
        Grow(ref _tokens, TokenCount + tokens.Length);
        Grow(ref _positions, TokenCount + tokens.Length);
        Grow(ref _sequenceOfToken, TokenCount + tokens.Length);
        Grow(ref _logitRows, LogitRowCount + logitRowCount);

        tokens.CopyTo(_tokens.AsSpan(TokenCount));
        for (var i = 0; i < tokens.Length; i++)
            _positions[TokenCount + i] = pastLength + i;
        _sequenceOfToken.AsSpan(TokenCount, tokens.Length).Fill(SequenceCount);
        for (var i = 0; i < logitRowCount; i++)
            _logitRows[LogitRowCount + i] = TokenCount + tokens.Length - logitRowCount + i;

        _sequences[SequenceCount++] = new StepSequence(TokenCount, tokens.Length, pastLength, blockTable, Math.Max(length, pastLength + tokens.Length));
        TokenCount += tokens.Length;
        LogitRowCount += logitRowCount;
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (needed > array.Length)
            Array.Resize(ref array, Math.Max(needed, array.Length * 2));
    }
}

/// <summary>One sequence's part of a step.</summary>
/// <param name="FirstToken">Index of its first token in the batch.</param>
/// <param name="TokenCount">Its tokens in this step, at least 1.</param>
/// <param name="PastLength">Its tokens already in the key-value cache.</param>
/// <param name="BlockTable">Its cache blocks in order.</param>
/// <param name="Length">Tokens of the whole sequence as far as they are known, at least those up to this step.</param>
public readonly record struct StepSequence(int FirstToken, int TokenCount, int PastLength, ReadOnlyMemory<int> BlockTable, int Length);
