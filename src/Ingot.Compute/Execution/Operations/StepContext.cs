using Ingot.Compute.Attention;
using Ingot.Compute.Execution.Encoders;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Operations;

/// <summary>What operations need to know of the step under way; filled before the team starts, then only read.</summary>
internal sealed unsafe class StepContext(int maxTokens, int memberCount = 1) : IDisposable
{
    private readonly NativeBuffer<int> _tokens = new(maxTokens);
    private readonly NativeBuffer<int> _positions = new(maxTokens);
    private readonly NativeBuffer<int> _sequenceOfToken = new(maxTokens);
    private readonly NativeBuffer<int> _logitRows = new(maxTokens);
    private readonly NativeBuffer<AttentionSequence> _sequences = new(maxTokens);
    private readonly NativeBuffer<int> _lengths = new(maxTokens);
    private NativeBuffer<int> _blocks = new(1024);

    public int TokenCount { get; private set; }

    public int LogitRowCount { get; private set; }

    public int SequenceCount { get; private set; }

    public int* Tokens => _tokens.Pointer;

    public int* Positions => _positions.Pointer;

    public int* SequenceOfToken => _sequenceOfToken.Pointer;

    public int* LogitRows => _logitRows.Pointer;

    public AttentionSequence* Sequences => _sequences.Pointer;

    /// <summary>Each sequence's whole length, tokens of later steps included, [SequenceCount].</summary>
    public int* Lengths => _lengths.Pointer;

    public KvStore Store { get; private set; } = null!;

    /// <summary>Where members leave what came of parts of a sequence's attention.</summary>
    public AttentionPieces Pieces { get; } = new(memberCount);

    public int RowCount(bool isTail) => isTail ? LogitRowCount : TokenCount;

    /// <summary>Which token a row is.</summary>
    public int TokenOf(int row, bool isTail) => isTail ? LogitRows[row] : row;

    /// <summary>Takes over a batch whose contents have been checked.</summary>
    public void Fill(StepBatch batch, KvStore store)
    {
        Store = store;
        Pieces.Clear();
        TokenCount = batch.TokenCount;
        LogitRowCount = batch.LogitRowCount;
        SequenceCount = batch.SequenceCount;
        batch.Tokens.CopyTo(_tokens.Span);
        batch.Positions.CopyTo(_positions.Span);
        batch.SequenceOfToken.CopyTo(_sequenceOfToken.Span);
        batch.LogitRows.CopyTo(_logitRows.Span);
        FillBlocks(batch.Sequences, store.BlockSize);
    }

    /// <summary>Takes over some neighbouring sequences of a batch whose contents have been checked.</summary>
    public void Fill(EncoderBatch batch, int fromSequence, int toSequence)
    {
        var sequences = batch.Sequences[fromSequence..toSequence];
        var (first, last) = (sequences[0], sequences[^1]);
        TokenCount = last.FirstToken + last.TokenCount - first.FirstToken;
        LogitRowCount = last.FirstRow + last.RowCount - first.FirstRow;
        SequenceCount = sequences.Length;
        batch.Tokens.Slice(first.FirstToken, TokenCount).CopyTo(_tokens.Span);
        for (var row = 0; row < LogitRowCount; row++)
            _logitRows.Pointer[row] = batch.Rows[first.FirstRow + row] - first.FirstToken;
        for (var i = 0; i < sequences.Length; i++)
        {
            var token = sequences[i].FirstToken - first.FirstToken;
            _sequences.Pointer[i] = new AttentionSequence(token, sequences[i].TokenCount, pastLength: 0, blockTable: null);
            _lengths.Pointer[i] = sequences[i].TokenCount;
            _sequenceOfToken.Span.Slice(token, sequences[i].TokenCount).Fill(i);
            for (var position = 0; position < sequences[i].TokenCount; position++)
                _positions.Pointer[token + position] = position;
        }
    }

    /// <summary>A step of some tokens of no sequence, without logits: for operations that look at nothing but their rows.</summary>
    public void Pretend(int tokenCount) => (TokenCount, LogitRowCount, SequenceCount) = (tokenCount, 0, 0);

    public void Dispose()
    {
        _tokens.Dispose();
        _positions.Dispose();
        _sequenceOfToken.Dispose();
        _logitRows.Dispose();
        _sequences.Dispose();
        _lengths.Dispose();
        Pieces.Dispose();
        _blocks.Dispose();
    }

    private void FillBlocks(ReadOnlySpan<StepSequence> sequences, int blockSize)
    {
        var total = 0L;
        foreach (var sequence in sequences)
            total += BlocksOf(sequence, blockSize);
        if (total > _blocks.Length)
        {
            // Claimed first: without memory for more, this step alone is lost.
            var larger = new NativeBuffer<int>(Math.Max(total, _blocks.Length * 2));
            _blocks.Dispose();
            _blocks = larger;
        }

        var next = _blocks.Pointer;
        for (var i = 0; i < sequences.Length; i++)
        {
            var count = BlocksOf(sequences[i], blockSize);
            sequences[i].BlockTable.Span[..count].CopyTo(new Span<int>(next, count));
            _sequences.Pointer[i] = new AttentionSequence(sequences[i].FirstToken, sequences[i].TokenCount, sequences[i].PastLength, next);
            _lengths.Pointer[i] = sequences[i].Length;
            next += count;
        }
    }

    private static int BlocksOf(StepSequence sequence, int blockSize) =>
        (int)(((long)sequence.PastLength + sequence.TokenCount + blockSize - 1) / blockSize);
}
