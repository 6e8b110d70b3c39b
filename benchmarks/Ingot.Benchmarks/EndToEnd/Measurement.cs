using System.Diagnostics;
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
    public async Task<Round> AnswerAsync(int promptTokens, int answerTokens, int together, Func<ITokenConstraint>? constraint = null, SamplingOptions? sampling = null)
    {
        long start = Stopwatch.GetTimestamp();
        Task<long[]>[] answers = [.. Enumerable.Range(0, together).Select(_ => ReadAsync(RandomTokens(promptTokens), answerTokens, constraint, sampling))];
        long[][] times = await Task.WhenAll(answers);

        long allStarted = times.Max(stamps => stamps[0]);
        long firstDone = times.Min(stamps => stamps[^1]);
        int between = times.Sum(stamps => stamps.Count(stamp => stamp > allStarted && stamp <= firstDone));
        double seconds = Stopwatch.GetElapsedTime(allStarted, firstDone).TotalSeconds;
        return new Round(Stopwatch.GetElapsedTime(start, allStarted).TotalSeconds, seconds > 0 ? between / seconds : 0);
    }

    /// <summary>Seconds to the first token of a conversation's first turn, and of a second one that adds some tokens to it.</summary>
    public async Task<(double First, double Second)> TwoTurnsAsync(int firstTokens, int addedTokens)
    {
        int[] prompt = RandomTokens(firstTokens);
        double first = await SecondsToFirstAsync(prompt);
        return (first, await SecondsToFirstAsync([.. prompt, .. RandomTokens(addedTokens)]));
    }

    private async Task<double> SecondsToFirstAsync(int[] prompt)
    {
        long start = Stopwatch.GetTimestamp();
        long[] times = await ReadAsync(prompt, 1);
        return Stopwatch.GetElapsedTime(start, times[0]).TotalSeconds;
    }

    private int[] RandomTokens(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(256))];

    private async Task<long[]> ReadAsync(int[] prompt, int answerTokens, Func<ITokenConstraint>? constraint = null, SamplingOptions? sampling = null)
    {
        var request = new GenerationRequest
        {
            Prompt = prompt,
            Sampling = sampling ?? new SamplingOptions { Temperature = 0 },
            MaxTokens = answerTokens,
            IgnoreEndOfSequence = true,
            Constraint = constraint,
        };
        var stamps = new List<long>(answerTokens);
        await foreach (TokenEvent token in engine.Generate(request, CancellationToken.None))
        {
            if (token.Token is not null)
                stamps.Add(Stopwatch.GetTimestamp());
        }

        return [.. stamps];
    }
}
