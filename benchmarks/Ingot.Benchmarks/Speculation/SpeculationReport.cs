using System.Globalization;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Speculation;

/// <summary>
/// What guessing ahead brings for one sequence: tokens a second with it and without, in turns on one model in memory. The answers of
/// a code edit are replayed (<see cref="ReplayRunner"/>), as a model of random weights edits no code; the others are its own.
/// <c>speculation [rounds [folder]]</c>.
/// </summary>
internal static class SpeculationReport
{
    private const int Rounds = 5;
    private const int AnswerTokens = 400;

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        string? folder = arguments.ElementAtOrDefault(1);
        int rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : Rounds;
        var edit = new CodeEdit();
        Console.WriteLine($"code edit: a prompt of {edit.Prompt.Count} tokens, an answer of {edit.Answer.Count}, of which {AnswerTokens} are measured");
        var random = new Random(1);
        int[] noise = [.. Enumerable.Range(0, 128 + AnswerTokens).Select(_ => random.Next(256, 100_000))];
        int[] own = [.. Enumerable.Range(0, 128).Select(_ => random.Next(256))];
        (string Name, int[] Prompt, int[]? Answer, int[] Prediction, bool Again)[] cases =
        [
            ("code edit", [.. edit.Prompt], [.. edit.Answer.Take(AnswerTokens)], [], false),
            ("code edit, file as prediction only", own, [.. edit.Answer.Take(AnswerTokens)], [.. edit.Before], false),
            ("the same question again", [.. edit.Prompt], [.. edit.Answer.Take(AnswerTokens)], [], true),
            ("the model's own greedy answer", own, null, [], false),
            ("nothing to guess from", noise[..128], noise[128..], [], false),
        ];
        foreach ((string name, int[] prompt, int[]? answer, int[] prediction, bool again) in cases)
        {
            List<ReplaySpeed> plain = [], guessed = [];
            EngineStatistics last = null!;
            using var without = new ReplayEngine(folder, mostDraft: 0);
            using var with = new ReplayEngine(folder, new EngineOptions().MaxDraftTokens);
            if (again)
                await with.AnswerAsync(prompt, answer, prediction, AnswerTokens);
            for (int round = 0; round < rounds; round++)
            {
                plain.Add(await without.AnswerAsync(prompt, answer, prediction, AnswerTokens));
                if (!again)
                    prompt[0] = 1 + round;
                guessed.Add(await with.AnswerAsync(prompt, answer, prediction, AnswerTokens));
                last = with.Engine.Statistics;
            }

            var ratios = Spread.Of(guessed.Zip(plain, (with, without) => with.TokensPerSecond / without.TokensPerSecond));
            var work = Spread.Of(guessed.Zip(plain, (with, without) => without.ProcessorMilliseconds / with.ProcessorMilliseconds));
            Console.WriteLine(
                $"{name,-36} plain {Spread.MedianOf(plain.Select(s => s.TokensPerSecond)),6:F1} tokens/s   guessing {Spread.MedianOf(guessed.Select(s => s.TokensPerSecond)),6:F1}   "
                + $"ratio {ratios.Median:F2} ({ratios.Least:F2} to {ratios.Greatest:F2}), by processor time {work.Median:F2} ({work.Least:F2} to {work.Greatest:F2})"
                + $"   {last.AcceptedTokens} of {last.DraftedTokens} guesses right in {last.Steps} steps for {last.DecodedTokens} tokens");
        }
    }
}
