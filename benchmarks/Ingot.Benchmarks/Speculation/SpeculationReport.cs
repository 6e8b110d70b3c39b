using System.Diagnostics;
using System.Globalization;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

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
        ModelFolder folder = ModelFolder.Open(arguments.Length > 1 ? arguments[1] : BenchmarkModel.Folder());
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
            List<Speed> plain = [], guessed = [];
            EngineStatistics last = null!;
            using var without = new Setup(folder, 0);
            using var with = new Setup(folder, new EngineOptions().MaxDraftTokens);
            if (again)
                await with.AnswerAsync(prompt, answer, prediction);
            for (int round = 0; round < rounds; round++)
            {
                plain.Add(await without.AnswerAsync(prompt, answer, prediction));
                if (!again)
                    prompt[0] = 1 + round;
                guessed.Add(await with.AnswerAsync(prompt, answer, prediction));
                last = with.Engine.Statistics;
            }

            double[] ratios = [.. guessed.Zip(plain, (with, without) => with.TokensPerSecond / without.TokensPerSecond).Order()];
            double[] work = [.. guessed.Zip(plain, (with, without) => without.ProcessorMilliseconds / with.ProcessorMilliseconds).Order()];
            Console.WriteLine(
                $"{name,-36} plain {Median(plain.Select(s => s.TokensPerSecond)),6:F1} tokens/s   guessing {Median(guessed.Select(s => s.TokensPerSecond)),6:F1}   "
                + $"ratio {Median(ratios):F2} ({ratios[0]:F2} to {ratios[^1]:F2}), by processor time {Median(work):F2} ({work[0]:F2} to {work[^1]:F2})"
                + $"   {last.AcceptedTokens} of {last.DraftedTokens} guesses right in {last.Steps} steps for {last.DecodedTokens} tokens");
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>How fast an answer came after its first token, and what it took of the processor; the latter is nearly the same on a busy machine.</summary>
    private readonly record struct Speed(double TokensPerSecond, double ProcessorMilliseconds);

    private sealed class Setup : IDisposable
    {
        private readonly ReplayRunner _runner;

        public Setup(ModelFolder folder, int mostDraft)
        {
            var options = new EngineOptions { Name = "benchmark", MaxSequences = 1, MaxDraftTokens = mostDraft };
            _runner = new ReplayRunner(ExecutorRunner.Load(folder, options, CancellationToken.None));
            Engine = new InferenceEngine(_runner, options, NullLogger<InferenceEngine>.Instance);
        }

        public InferenceEngine Engine { get; }

        public async Task<Speed> AnswerAsync(int[] prompt, int[]? answer, int[] prediction)
        {
            _runner.Script = answer is null ? null : [.. prompt, .. answer];
            var request = new GenerationRequest
            {
                Prompt = [.. prompt],
                Prediction = prediction,
                Sampling = new SamplingOptions { Temperature = 0 },
                MaxTokens = answer?.Length ?? AnswerTokens,
                IgnoreEndOfSequence = true,
            };
            long first = 0;
            TimeSpan busy = default;
            int count = 0;
            await foreach (TokenEvent token in Engine.Generate(request, CancellationToken.None))
            {
                if (token.Token is null)
                    continue;
                if (first == 0)
                    (first, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                if (answer is not null && token.Token != answer[count])
                    throw new InvalidOperationException($"Token {count} of the answer is {token.Token}, not {answer[count]}.");
                count++;
            }

            return new Speed((count - 1) / Stopwatch.GetElapsedTime(first).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds / (count - 1));
        }

        public void Dispose() => Engine.Dispose();
    }
}
