using Ingot.Compute.Execution;
using Ingot.Engine;

namespace Ingot.Testing;

/// <summary>
/// A model without numbers. It stores tokens where a real one stores keys and values, and the next token is a function of
/// what it finds there through the block table: a wrong block, position or past length changes the answer or throws.
/// </summary>
public sealed class FakeRunner : IModelRunner
{
    /// <summary>The context length of <see cref="Endless"/>, which its model's folder must allow.</summary>
    public const int EndlessContext = 1 << 20;

    private (int Token, int Position, int Range)[] _cache = [];
    private readonly List<int> _history = [];

    public int VocabularySize { get; init; } = 256;

    public int ContextLength { get; init; } = 1024;

    public IReadOnlyList<int> EndOfSequenceIds { get; init; } = [];

    public int BlockSize { get; init; } = 4;

    public int BlockCount { get; init; } = 1024;

    public int MaxStepTokens { get; init; } = 512;

    public long MemoryBytes { get; init; }

    /// <summary>Lengths beyond which what is stored is of another kind: finding one kind in a sequence of the other throws.</summary>
    public IReadOnlyList<int> RotaryLimits { get; init; } = [];

    public bool CanCopyBlocks { get; init; } = true;

    /// <summary>Blocks copied so far.</summary>
    public int CopyCount { get; private set; }

    /// <summary>The next token after these. Default: a hash of all of them.</summary>
    public Func<IReadOnlyList<int>, int>? Next { get; init; }

    /// <summary>The next token's logit; the others' are 0 to 4. Default 40: certain, whatever the sampling.</summary>
    public float Certainty { get; init; } = 40;

    /// <summary>Runs on the engine thread at the start of each step: to look at it, to hold it up or to throw.</summary>
    public Action<StepBatch>? OnStep { get; set; }

    /// <summary>Runs after each step on its logits, [rows, VocabularySize]: to spoil them.</summary>
    public Action<Memory<float>>? OnLogits { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>
    /// A runner that answers every prompt with these tokens and then the end token. It sees where it is by what it has said,
    /// so the prompt must not end in the reply's beginning.
    /// </summary>
    public static FakeRunner Replying(int endToken, int vocabularySize, params int[] reply) => new()
    {
        VocabularySize = vocabularySize,
        EndOfSequenceIds = [endToken],
        Next = history =>
        {
            int said = Math.Min(reply.Length, history.Count);
            while (!history.Skip(history.Count - said).SequenceEqual(reply.Take(said)))
                said--;
            return said == reply.Length ? endToken : reply[said];
        },
    };

    /// <summary>
    /// A runner that says 'a' for so long that whoever ends its answer always comes in time. A context of some hundred tokens is full within
    /// milliseconds, and he may have to wait for a processor as long as that.
    /// </summary>
    public static FakeRunner Endless(int vocabularySize) => new()
    {
        VocabularySize = vocabularySize,
        ContextLength = EndlessContext,
        BlockSize = EndlessContext / 1024,
        Next = _ => 'a',
    };

    /// <summary>What a greedy generation of this many tokens must be, computed without any cache.</summary>
    public List<int> Expect(IReadOnlyList<int> prompt, int count)
    {
        List<int> all = [.. prompt];
        for (int i = 0; i < count; i++)
            all.Add(NextToken(all));
        return all[prompt.Count..];
    }

    public void Step(StepBatch batch, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        OnStep?.Invoke(batch);
        if (batch.TokenCount > MaxStepTokens)
            throw new InvalidOperationException($"{batch.TokenCount} tokens in a step of at most {MaxStepTokens}.");
        if (_cache.Length == 0)
            _cache = new (int, int, int)[BlockCount * BlockSize];

        int row = 0;
        var written = new HashSet<int>();
        foreach (StepSequence sequence in batch.Sequences)
        {
            for (int i = 0; i < sequence.TokenCount; i++)
            {
                int slot = Slot(sequence, sequence.PastLength + i);
                if (!written.Add(slot))
                    throw new InvalidOperationException($"Slot {slot} is written twice in a step.");
                _cache[slot] = (batch.Tokens[sequence.FirstToken + i], sequence.PastLength + i, RangeOf(sequence));
            }
            for (int i = 0; i < sequence.TokenCount; i++)
            {
                if (batch.LogitRows.Contains(sequence.FirstToken + i))
                    WriteLogits(logits.Slice(row++ * VocabularySize, VocabularySize), sequence, sequence.PastLength + i + 1);
            }
        }
        if (OnLogits is not { } spoil)
            return;
        float[] copy = logits.ToArray();
        spoil(copy);
        copy.CopyTo(logits);
    }

    public void CopyBlock(int from, int to)
    {
        _cache.AsSpan(from * BlockSize, BlockSize).CopyTo(_cache.AsSpan(to * BlockSize));
        CopyCount++;
    }

    public void Dispose() => IsDisposed = true;

    private void WriteLogits(Span<float> row, StepSequence sequence, int length)
    {
        _history.Clear();
        for (int position = 0; position < length; position++)
        {
            (int token, int at, int range) = _cache[Slot(sequence, position)];
            if (at != position)
                throw new InvalidOperationException($"Position {position} of a sequence holds what belongs to position {at}.");
            if (range != RangeOf(sequence))
                throw new InvalidOperationException($"Position {position} of a sequence of {sequence.Length} tokens was computed for another length.");
            _history.Add(token);
        }
        int next = NextToken(_history);
        for (int id = 0; id < row.Length; id++)
            row[id] = ((id * 37) + next) % 64 / 16f;
        row[next] = Certainty;
    }

    private int RangeOf(StepSequence sequence) => RotaryLimits.Count(limit => sequence.Length > limit);

    private int Slot(StepSequence sequence, int position) =>
        (sequence.BlockTable.Span[position / BlockSize] * BlockSize) + (position % BlockSize);

    private int NextToken(IReadOnlyList<int> history)
    {
        if (Next is not null)
            return Next(history);
        uint hash = 2166136261;
        foreach (int token in history)
            hash = (hash ^ (uint)token) * 16777619;
        return (int)((hash ^ (hash >> 15)) % (uint)VocabularySize);
    }
}
