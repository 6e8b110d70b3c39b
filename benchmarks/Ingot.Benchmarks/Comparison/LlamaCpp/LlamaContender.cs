using System.Diagnostics;
using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>
/// llama.cpp as a library, with nothing around it: no requests, no scheduling, no choosing of tokens, a context made for each load. What a
/// program built on it can reach, and a little more.
/// </summary>
internal sealed class LlamaContender(LlamaLibrary library, string file, int threads) : IModelContender
{
    private readonly LlamaModel _model = new(library, file, threads);
    private readonly Random _random = new(1);
    private LlamaContext? _context;
    private (int Sequences, int Read) _prepared;

    /// <inheritdoc/>
    public string Name => "llama.cpp";

    /// <inheritdoc/>
    public Task<double> DecodeAsync(int together)
    {
        LlamaContext context = Prepare(together, Load.Past);
        // As there, the first token of each is not counted.
        Step(context, together, Load.Past);
        long start = Stopwatch.GetTimestamp();
        for (int i = 1; i < Load.Answer; i++)
            Step(context, together, Load.Past + i);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (int sequence = 0; sequence < together; sequence++)
            context.Cut(sequence, Load.Past);
        return Task.FromResult(together * (Load.Answer - 1) / seconds);
    }

    /// <inheritdoc/>
    public Task<double> PrefillAsync(int tokens)
    {
        LlamaContext context = Prepare(sequences: 1, read: 0);
        context.Clear();
        return Task.FromResult(tokens / SecondsToRead(context, tokens, position: 0));
    }

    /// <inheritdoc/>
    public Task<double> SecondTurnAsync()
    {
        LlamaContext context = Prepare(sequences: 1, Load.Chat);
        double seconds = SecondsToRead(context, Load.Added, Load.Chat);
        context.Cut(sequence: 0, Load.Chat);
        return Task.FromResult(1 / seconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context?.Dispose();
        _model.Dispose();
    }

    private void Step(LlamaContext context, int together, int position)
    {
        for (int sequence = 0; sequence < together; sequence++)
            context.Add(_random.Next(256), position, sequence, wanted: true);
        context.Compute();
    }

    private double SecondsToRead(LlamaContext context, int tokens, int position)
    {
        int[] prompt = RandomRequest.Prompt(_random, tokens);
        long start = Stopwatch.GetTimestamp();
        context.Add(prompt, position, sequence: 0);
        context.Compute();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A context in which each sequence has read a number of tokens; what is there is used again.</summary>
    private LlamaContext Prepare(int sequences, int read)
    {
        if (_context is not null && _prepared == (sequences, read))
            return _context;
        _context?.Dispose();
        LlamaContext context = _model.Open(sequences, read <= Load.Past && sequences > 1 ? 256 : LlamaContext.CallTokens + 256);
        for (int sequence = 0; read > 0 && sequence < sequences; sequence++)
        {
            context.Add(RandomRequest.Prompt(_random, read), position: 0, sequence);
            context.Compute();
        }

        _prepared = (sequences, read);
        return _context = context;
    }
}
