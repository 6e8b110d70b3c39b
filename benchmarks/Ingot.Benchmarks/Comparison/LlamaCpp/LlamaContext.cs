namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>Sequences in llama.cpp, computed together: one call takes tokens of any of them.</summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    /// <summary>The most tokens of one call.</summary>
    public const int CallTokens = 2048;

    private readonly LlamaLibrary _library;
    private readonly nint _context;
    private LlamaBatch _batch;

    /// <summary>Takes over a context.</summary>
    public LlamaContext(LlamaLibrary library, nint context)
    {
        _library = library;
        _context = context;
        _batch = library.NewBatch(CallTokens, 0, 1);
    }

    /// <summary>Appends a token to those of the next call.</summary>
    public void Add(int token, int position, int sequence, bool wanted)
    {
        int at = _batch.Count++;
        _batch.Tokens[at] = token;
        _batch.Positions[at] = position;
        _batch.SequenceCounts[at] = 1;
        _batch.Sequences[at][0] = sequence;
        _batch.Wanted[at] = wanted ? (sbyte)1 : (sbyte)0;
    }

    /// <summary>Appends tokens of a sequence to those of the next call; the logits of the last one are wanted.</summary>
    public void Add(int[] tokens, int position, int sequence)
    {
        for (int i = 0; i < tokens.Length; i++)
            Add(tokens[i], position + i, sequence, wanted: i == tokens.Length - 1);
    }

    /// <summary>Computes what was added, until the logits are there.</summary>
    public void Compute()
    {
        int answer = _library.Decode(_context, _batch);
        if (answer != 0)
            throw new InvalidOperationException($"llama.cpp refused {_batch.Count} tokens with {answer}.");
        _library.Synchronize(_context);
        float logit = _library.Logits(_context, -1)[0];
        if (!float.IsFinite(logit) || logit == 0)
            throw new InvalidOperationException($"llama.cpp computed {logit} where a logit should be.");
        _batch.Count = 0;
    }

    /// <summary>The logits of a token of the last call that were wanted, until the next call.</summary>
    /// <param name="row">Which token of the call.</param>
    /// <param name="vocabulary">Tokens there are.</param>
    public ReadOnlySpan<float> Logits(int row, int vocabulary) => new(_library.Logits(_context, row), vocabulary);

    /// <summary>Forgets everything.</summary>
    public void Clear() => _library.ClearMemory(_library.Memory(_context), 0);

    /// <summary>Forgets a sequence's tokens from a place on.</summary>
    public void Cut(int sequence, int position)
    {
        if (_library.CutSequence(_library.Memory(_context), sequence, position, -1) == 0)
            throw new InvalidOperationException($"llama.cpp could not cut a sequence at {position}.");
    }

    /// <summary>Frees it.</summary>
    public void Dispose()
    {
        _library.FreeBatch(_batch);
        _library.FreeContext(_context);
    }
}
