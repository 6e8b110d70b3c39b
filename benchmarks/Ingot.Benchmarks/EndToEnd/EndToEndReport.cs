using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>
/// How fast a whole model runs: time to first token, prompt and answer tokens a second for one and for many sequences,
/// and how much of the machine's memory bandwidth one sequence uses. The model has Qwen2.5-0.5B's shape and random 4-bit
/// weights; <c>end-to-end &lt;folder&gt;</c> measures a model folder instead.
/// </summary>
internal static class EndToEndReport
{
    private const int Runs = 5;
    private const int AnswerTokens = 64;

    // The first must not be done before the last has begun.
    private const int AddedTokens = 8;

    private const int ShortPrompt = 128;
    private const int LongPrompt = 512;
    private const int LongChat = 2000;
    private const int AddedByTurn = 40;
    private static readonly int[] Together = [1, 4, 8, 16];

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        string folder = arguments.Length > 0 ? arguments[0] : BenchmarkModel.Folder();
        long weightBytes = new DirectoryInfo(folder).EnumerateFiles("*.onnx*").Sum(file => file.Length);
        double bandwidth = MachineBandwidth.Measure(Environment.ProcessorCount);
        using InferenceEngine engine = BenchmarkEngine.Load(folder, BenchmarkEngine.Plain with { MaxSequences = Together[^1] });
        var measure = new Measurement(engine);

        Console.WriteLine($"model             {folder}");
        Console.WriteLine($"weights           {weightBytes / 1e6:F0} MB");
        Console.WriteLine($"threads           {Environment.ProcessorCount}");
        Console.WriteLine($"read bandwidth    {bandwidth / 1e9:F1} GB/s");
        await measure.AnswerAsync(ShortPrompt, AnswerTokens, together: 1);

        double first = await BestAsync(async () => -(await measure.AnswerAsync(ShortPrompt, 1, 1)).SecondsToFirst);
        Console.WriteLine($"first token       {-first * 1e3:F0} ms after a prompt of {ShortPrompt}");
        Console.WriteLine($"prefill {ShortPrompt,4}      {ShortPrompt / -first:F0} tokens/s");
        double second = await BestAsync(async () => -(await measure.AnswerAsync(LongPrompt, 1, 1)).SecondsToFirst);
        Console.WriteLine($"prefill {LongPrompt,4}      {LongPrompt / -second:F0} tokens/s");
        foreach (int together in Together)
        {
            double speed = await BestAsync(async () => (await measure.AnswerAsync(ShortPrompt, AnswerTokens + (AddedTokens * together), together)).TokensPerSecond);
            string share = together == 1 ? $", {100 * speed * weightBytes / bandwidth:F0} % of the read bandwidth" : "";
            Console.WriteLine($"decode  {together,4}      {speed:F1} tokens/s{share}");
        }

        (double cold, double warm) = await measure.TwoTurnsAsync(LongChat, AddedByTurn);
        Console.WriteLine($"second turn       {warm * 1e3:F0} ms to the first token of a chat of {LongChat} tokens and {AddedByTurn} more; {100 * warm / cold:F1} % of the first turn's {cold * 1e3:F0} ms");
    }

    /// <summary>The best of several runs: a shared machine takes speed away and never adds any.</summary>
    private static async Task<double> BestAsync(Func<Task<double>> run)
    {
        double best = double.MinValue;
        for (int i = 0; i < Runs; i++)
            best = Math.Max(best, await run());
        return best;
    }
}
