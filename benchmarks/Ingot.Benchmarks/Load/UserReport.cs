using System.Globalization;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Load;

/// <summary>
/// Many users for minutes: each asks, reads the answer, and asks again at once, with prompts and answers of mixed lengths. Answer tokens a
/// second of 64 users, and of 8 for a tenth of the time before them and a tenth after them, errors, and memory over time, with a cache that
/// was full before. <c>users [&lt;folder&gt;] [--minutes 10]</c>.
/// </summary>
internal static class UserReport
{
    private const int Few = 8;
    private const int Many = 64;
    private const double FewShare = 0.1;

    // Prompts that fill the cache, and how many of them are read at once.
    private const int FillingPrompt = 1024;
    private const int FillingTogether = 8;

    // Of what was held after a tenth of the time: what is held for the first time after that comes of more than use.
    private const double MostGrowth = 0.02;

    private static readonly TimeSpan LeastFew = TimeSpan.FromSeconds(15);

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        int at = Array.IndexOf(arguments, "--minutes");
        var duration = TimeSpan.FromMinutes(at >= 0 ? double.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 2);
        var options = new EngineOptions { Name = "benchmark" };
        int capacity = 0;
        using InferenceEngine engine = BenchmarkEngine.Load(arguments.Length > 0 && at != 0 ? arguments[0] : null, options, runner =>
        {
            capacity = runner.BlockCount * runner.BlockSize;
            return runner;
        });
        long empty = UserLoad.Resident();
        await FillAsync(engine, capacity);
        Console.WriteLine(
            $"model and cache {engine.MemoryBytes / 1e6:F0} MB, of which the process had {empty / 1e6:F0} MB at the start and {UserLoad.Resident() / 1e6:F0} MB when "
            + $"prompts had filled the cache ({capacity} tokens); {options.MaxSequences} sequences at once");
        TimeSpan fewDuration = duration * FewShare > LeastFew ? duration * FewShare : LeastFew;
        // On both sides, so that a machine that gets slower or faster favours nobody.
        UserResult before = await RunAsync(engine, Few, fewDuration, firstSeed: 0);
        UserResult many = await RunAsync(engine, Many, duration, firstSeed: Few);
        UserResult after = await RunAsync(engine, Few, fewDuration, firstSeed: Few + Many);
        double ratio = many.TokensPerSecond / ((before.TokensPerSecond + after.TokensPerSecond) / 2);
        long errors = before.Errors + many.Errors + after.Errors;
        Console.WriteLine($"{Many} users make {ratio:F2} times the tokens of {Few} (goal >= 1: {Met(ratio >= 1)}); {errors} errors (goal none: {Met(errors == 0)}); "
            + $"memory grew by {many.Growth:P1} after the first tenth (goal flat, <= {MostGrowth:P0}: {Met(many.Growth <= MostGrowth)})");
    }

    // The cache's memory comes when it is first used: what grows after that is not the cache.
    private static async Task FillAsync(InferenceEngine engine, int tokens)
    {
        var random = new Random(-1);
        for (; tokens > 0; tokens -= FillingPrompt * FillingTogether)
            await engine.StampAsync(Enumerable.Range(0, FillingTogether).Select(_ => RandomRequest.Greedy(random, FillingPrompt, answerTokens: 1)));
    }

    private static async Task<UserResult> RunAsync(InferenceEngine engine, int users, TimeSpan duration, int firstSeed)
    {
        Console.Error.WriteLine($"{users} users for {duration.TotalMinutes:F1} minutes…");
        EngineStatistics before = engine.Statistics;
        UserResult result = await new UserLoad(engine, users, firstSeed).RunAsync(duration);
        EngineStatistics after = engine.Statistics;
        Console.WriteLine(
            $"{users,3} users, {duration.TotalMinutes:F1} minutes: {result.TokensPerSecond:F1} tokens/s ({result.Speeds.Least:F1} to {result.Speeds.Greatest:F1} by tenths), "
            + $"{result.Answers} answers, {result.Errors} errors, prompts of {result.PromptTokens} tokens and answers of {result.AnswerTokens}, "
            + $"memory {string.Join(", ", result.Memory.Select(bytes => $"{bytes / 1e6:F0}"))} MB (start, each minute, end), "
            + $"{after.Preemptions - before.Preemptions} preemptions, {after.AcceptedTokens - before.AcceptedTokens} of {after.DraftedTokens - before.DraftedTokens} guesses right");
        return result;
    }

    private static string Met(bool isMet) => isMet ? "met" : "missed";
}
