using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Equality;

/// <summary>A request to a model, and its answer down to the last bit.</summary>
internal static class Ask
{
    private const int Alternatives = 20;

    /// <summary>Prompts of lengths around everything that is done in eights, sixteens and blocks; every other answer is drawn by chance.</summary>
    public static IReadOnlyList<GenerationRequest> Some(ModelFolder folder)
    {
        int[] lengths = [1, 7, 16, 31, 50, 90];
        return [.. lengths.Select((length, i) => About(Tests.Some.Prompt(i + 1, length, folder.Config.VocabularySize), i))];
    }

    /// <summary>A request for some tokens with all that can be known of them.</summary>
    public static GenerationRequest About(IReadOnlyList<int> prompt, int seed, int tokens = 6) => new()
    {
        Prompt = prompt,
        MaxTokens = tokens,
        IgnoreEndOfSequence = true,
        TopLogProbabilities = Alternatives,
        Sampling = new SamplingOptions { Temperature = seed % 2, Seed = (ulong)seed },
    };

    /// <summary>Tokens and the bits of log-probabilities, which hang on every bit of every logit.</summary>
    public static async Task<int[]> Bits(this IAsyncEnumerable<TokenEvent> events)
    {
        List<int> bits = [];
        foreach (TokenEvent e in await events.Collect())
        {
            if (e.Token is not { } token)
                continue;
            bits.Add(token);
            bits.Add(BitConverter.SingleToInt32Bits(e.LogProbabilities!.LogProbability));
            foreach (TokenLogProbability top in e.LogProbabilities.Top)
                bits.AddRange([top.Token, BitConverter.SingleToInt32Bits(top.LogProbability)]);
        }
        return [.. bits];
    }

    /// <summary>The tokens among them.</summary>
    public static int[] Tokens(int[] bits) => [.. bits.Chunk(2 + (2 * Alternatives)).Select(token => token[0])];

    /// <summary>The answers to some requests, computed one after the other.</summary>
    public static async Task<int[][]> InTurn(this InferenceEngine engine, IEnumerable<GenerationRequest> requests)
    {
        List<int[]> answers = [];
        foreach (GenerationRequest request in requests)
            answers.Add(await engine.Generate(request, default).Bits());
        return [.. answers];
    }

    /// <summary>The answers to some requests, computed together: none is begun before all are there.</summary>
    public static async Task<int[][]> AtOnce(this InferenceEngine engine, IEnumerable<GenerationRequest> requests)
    {
        using var areThere = new ManualResetEventSlim();
        Task first = engine.Generate(new GenerationRequest { Prompt = [0], MaxTokens = 1, Constraint = () => new Held(areThere) }, default).Collect();
        Task<int[][]> answers;
        try
        {
            answers = Task.WhenAll(requests.Select(request => engine.Generate(request, default).Bits()));
        }
        finally
        {
            areThere.Set();
        }

        await first;
        return await answers;
    }

    /// <summary>Any one token, and the step that chooses it ends when something has happened.</summary>
    private sealed class Held(ManualResetEventSlim until) : ITokenConstraint
    {
        public bool CanContinue => true;

        public bool IsMaskKnown => false;

        public void FindMask() => until.Wait(Waits.Longest);

        public void FillMask(Span<ulong> allowed) => allowed.Fill(ulong.MaxValue);

        public void Advance(int token)
        {
        }

        public IReadOnlyList<int> TakeForced(int limit) => [];

        public int FitGuess(Span<int> guess, int count, out int certain)
        {
            certain = 0;
            return count;
        }
    }
}
