using Ingot.Engine;
using Ingot.Engine.Sampling;

namespace Ingot.Benchmarks.Measuring;

/// <summary>Prompts of random tokens, which no answer of before knows, with answers of a length fixed beforehand.</summary>
internal static class RandomRequest
{
    // Where every tokenizer has single bytes.
    private const int Tokens = 256;

    /// <summary>Random tokens.</summary>
    public static int[] Prompt(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Tokens))];

    /// <summary>A greedy answer to random tokens.</summary>
    public static GenerationRequest Greedy(Random random, int promptTokens, int answerTokens) => Greedy(Prompt(random, promptTokens), answerTokens);

    /// <summary>A greedy answer.</summary>
    public static GenerationRequest Greedy(int[] prompt, int answerTokens) => new()
    {
        Prompt = prompt,
        Sampling = new SamplingOptions { Temperature = 0 },
        MaxTokens = answerTokens,
        IgnoreEndOfSequence = true,
    };
}
