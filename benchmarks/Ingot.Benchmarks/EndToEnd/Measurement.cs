using System.Diagnostics;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;
using Ingot.Engine.Sampling;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>What one round of answers took.</summary>
/// <param name="SecondsToFirst">From asking to the last sequence's first token.</param>
/// <param name="TokensPerSecond">Tokens of all sequences a second, from when all had their first token until the first was done.</param>
internal readonly record struct Round(double SecondsToFirst, double TokensPerSecond);

/// <summary>Asks an engine for answers to prompts of random tokens and keeps time.</summary>
internal sealed class Measurement(InferenceEngine engine)
{
    private readonly Random _random = new(1);

    /// <summary>One round: several sequences of the same lengths at once, greedy unless said otherwise, not ended early; held to constraints where they are made.</summary>
    public async Task<Round> AnswerAsync(int promptTokens, int answerTokens, int together, Func<ITokenConstraint>? constraint = null, SamplingOptions? sampling = null, int? logProbabilities = null)
    {
        long start = Stopwatch.GetTimestamp();
        AnswerTimes times = await engine.StampAsync(Enumerable.Range(0, together).Select(_ =>
        {
            GenerationRequest request = RandomRequest.Greedy(_random, promptTokens, answerTokens) with { Constraint = constraint, TopLogProbabilities = logProbabilities };
            return sampling is null ? request : request with { Sampling = sampling };
        }));
        return new Round(Stopwatch.GetElapsedTime(start, times.AllStarted).TotalSeconds, times.TokensPerSecond(answerTokens));
    }

    /// <summary>Seconds to the first token of a conversation's first turn, and of a second one that adds some tokens to it.</summary>
    public async Task<(double First, double Second)> TwoTurnsAsync(int firstTokens, int addedTokens)
    {
        int[] prompt = RandomRequest.Prompt(_random, firstTokens);
        double first = await engine.SecondsToFirstAsync(prompt);
        return (first, await engine.SecondsToFirstAsync([.. prompt, .. RandomRequest.Prompt(_random, addedTokens)]));
    }
}
