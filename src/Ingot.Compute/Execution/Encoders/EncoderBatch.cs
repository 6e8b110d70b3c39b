namespace Ingot.Compute.Execution.Encoders;

/// <summary>
/// Whole sequences to encode together, one after the other, without padding. Filled, run, cleared and used again; grows to
/// the largest batch and then allocates no more.
/// </summary>
public sealed class EncoderBatch
{
    private int[] _tokens = new int[64];
    private int[] _rows = new int[64];
    private EncoderSequence[] _sequences = new EncoderSequence[8];

    /// <summary>Sequences in this batch.</summary>
    public int SequenceCount { get; private set; }

    /// <summary>Tokens in this batch, over all sequences.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Rows this batch yields, over all sequences, in the order of the tokens.</summary>
    public int RowCount { get; private set; }

    /// <summary>Token ids, [TokenCount].</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, TokenCount);

    /// <summary>The tokens (indexes into <see cref="Tokens"/>, ascending) whose rows are wanted, [RowCount].</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, RowCount);

    /// <summary>The sequences in the order they were added, [SequenceCount].</summary>
    public ReadOnlySpan<EncoderSequence> Sequences => _sequences.AsSpan(0, SequenceCount);

    /// <summary>Empties the batch.</summary>
    public void Clear() => SequenceCount = TokenCount = RowCount = 0;

    /// <summary>Adds a sequence.</summary>
    /// <param name="tokens">At least one token id; the whole sequence.</param>
    /// <param name="rows">Whose rows are wanted.</param>
    /// <exception cref="ArgumentException">There are no tokens.</exception>
    public void Add(ReadOnlySpan<int> tokens, EncoderRows rows)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("A sequence has at least one token.", nameof(tokens));
        Grow(ref _sequences, SequenceCount + 1);
        Grow(ref _tokens, TokenCount + tokens.Length);
        Grow(ref _rows, RowCount + tokens.Length);
        tokens.CopyTo(_tokens.AsSpan(TokenCount));
        var first = rows == EncoderRows.Last ? tokens.Length - 1 : 0;
        var count = rows == EncoderRows.All ? tokens.Length : 1;
        for (var i = 0; i < count; i++)
            _rows[RowCount + i] = TokenCount + first + i;
        _sequences[SequenceCount++] = new EncoderSequence(TokenCount, tokens.Length, RowCount, count);
        TokenCount += tokens.Length;
        RowCount += count;
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (needed > array.Length)
            Array.Resize(ref array, Math.Max(needed, array.Length * 2));
    }
}

/// <summary>One sequence's part of a batch.</summary>
/// <param name="FirstToken">Index of its first token in the batch.</param>
/// <param name="TokenCount">Its tokens, at least 1.</param>
/// <param name="FirstRow">Index of its first wanted row.</param>
/// <param name="RowCount">Its wanted rows, at least 1.</param>
public readonly record struct EncoderSequence(int FirstToken, int TokenCount, int FirstRow, int RowCount);

/// <summary>Which of a sequence's rows are wanted.</summary>
public enum EncoderRows
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>The first token's.</summary>
    First,

    /// <summary>The last token's.</summary>
    Last,
}
