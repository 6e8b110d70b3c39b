using System.Diagnostics;
using Ingot.Benchmarks.Measuring;
using Ingot.Compute.Execution.Operations;
using Ingot.Engine;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>
/// Where the time of a step goes: products, attention, what goes over rows once, waiting for other threads, sampling, and the rest
/// (booking, delivering, starting the threads). <c>profile [&lt;folder&gt;]</c>.
/// </summary>
internal static class ProfileReport
{
    private const int Rounds = 3;
    private const int AnswerTokens = 64;

    // The first must not be done before the last has begun.
    private const int AddedTokens = 8;

    private const int ShortPrompt = 128;
    private static readonly int[] Prompts = [128, 256, 512];
    private static readonly int[] Together = [1, 8, 16];

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        ProfiledRunner runner = null!;
        using InferenceEngine engine = BenchmarkEngine.Load(arguments.FirstOrDefault(), BenchmarkEngine.Plain, executor => runner = new ProfiledRunner(executor));
        var measure = new Measurement(engine);
        await measure.AnswerAsync(ShortPrompt, AnswerTokens, Together[^1]);

        foreach (int prompt in Prompts)
        {
            // A prompt of more tokens is several steps, over a past that grows.
            int each = Math.Min(prompt, runner.MaxStepTokens);
            runner.Count(each);
            await PrintAsync($"prefill {prompt}{(each < prompt ? $" by {each}" : "")}", engine, runner, () => measure.AnswerAsync(prompt, 1, 1));
        }

        foreach (int together in Together)
        {
            runner.Count(together);
            await PrintAsync($"decode {together}", engine, runner, () => measure.AnswerAsync(ShortPrompt, AnswerTokens + (AddedTokens * together), together));
        }
    }

    // Other steps of the runs, those of decoding's prompts, are taken away from the time of all by what the model and the sampler took.
    private static async Task PrintAsync(string name, InferenceEngine engine, ProfiledRunner runner, Func<Task> run)
    {
        EngineStatistics before = engine.Statistics;
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < Rounds; round++)
            await run();
        double all = Stopwatch.GetElapsedTime(start).TotalSeconds;
        EngineStatistics after = engine.Statistics;
        long steps = after.Steps - before.Steps;
        double model = (after.PromptTime + after.DecodeTime - before.PromptTime - before.DecodeTime).TotalSeconds;
        double sampling = (after.SamplingTime - before.SamplingTime).TotalSeconds;
        double beside = (all - model - sampling) / steps;
        double step = runner.StepSeconds / runner.Steps;
        double whole = step + (sampling / steps) + beside;
        double Share(double seconds) => 100 * seconds / whole;
        double Kind(OperationKind kind) => Share(runner.Seconds(kind) / runner.Steps);
        double known = Enum.GetValues<OperationKind>().Sum(kind => runner.Seconds(kind)) / runner.Steps;
        Console.WriteLine(
            $"{name,-18} {whole * 1e3,8:F2} ms a step: products {Kind(OperationKind.Product):F1} %, attention {Kind(OperationKind.Attention):F1} %, rows {Kind(OperationKind.Rows):F1} %, "
            + $"waiting {Kind(OperationKind.Waiting):F1} %, starting {Share(step - known):F1} %, sampling {Share(sampling / steps):F1} %, rest {Share(beside):F1} %");
    }
}
