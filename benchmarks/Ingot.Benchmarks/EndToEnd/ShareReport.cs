using System.Diagnostics;
using System.Globalization;
using Ingot.Benchmarks.Measuring;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Calibration;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>
/// What whole steps take with each number of shares that work may be dealt out in, by turns, beside what the trials at load have chosen.
/// <c>shares [&lt;folder&gt;]</c>.
/// </summary>
internal static class ShareReport
{
    private const int Loads = 5;
    private const int Rounds = 20;
    private static readonly int[] Candidates = [1, 2, 4, 8, 16, 32];

    /// <summary>Measures and prints.</summary>
    public static void Print(string[] arguments)
    {
        ModelFolder folder = ModelFolder.Open(arguments.Length > 0 ? arguments[0] : BenchmarkModel.Folder());
        var options = new EngineOptions { Name = "benchmark", KvCacheBytes = 64 << 20 };
        for (int load = 0; load < Loads; load++)
        {
            using ExecutorRunner tried = ExecutorRunner.Load(folder, options, CancellationToken.None);
            Console.WriteLine(tried.Summary);
        }

        using ExecutorRunner runner = ExecutorRunner.Load(folder, options, CancellationToken.None);
        foreach (int rows in new[] { 1, 8, 32, 128 })
            Compare(runner.Executor, rows);
    }

    private static void Compare(DecoderExecutor executor, int rows)
    {
        using KvStore store = executor.CreateKvStore((rows / executor.KvBlockSize) + 8);
        List<double>[] milliseconds = [.. Candidates.Select(_ => new List<double>())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Candidates.Length; i++)
            {
                int turn = (round + i) % Candidates.Length;
                executor.Limits = ShareLimits.Of(Candidates[turn]);
                milliseconds[turn].Add(Step(executor, store, rows));
            }
        }

        int usual = Array.IndexOf(Candidates, ShareLimits.Usual.Most(rows));
        for (int i = 0; i < Candidates.Length; i++)
        {
            double[] ratios = [.. milliseconds[i].Zip(milliseconds[usual], (one, other) => one / other)];
            var (step, ratio) = (Spread.Of([.. milliseconds[i]]), Spread.Of(ratios));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{rows,4} tokens, {Candidates[i],2} shares each: {step.Median,7:F2} ms ({step.Least:F2} at the least), {ratio.Median:F3} of the usual"));
        }
    }

    // Up to eight answers' next tokens, or the beginning of a prompt.
    private static double Step(DecoderExecutor executor, KvStore store, int rows)
    {
        var batch = new StepBatch();
        for (int i = 0; rows <= 8 && i < rows; i++)
            batch.AddSequence([i + 1], 0, new[] { i }, 1);
        if (rows > 8)
            batch.AddSequence([.. Enumerable.Range(1, rows)], 0, Enumerable.Range(0, (rows / executor.KvBlockSize) + 1).ToArray(), 1);
        float[] logits = new float[batch.LogitRowCount * executor.VocabularySize];
        long started = Stopwatch.GetTimestamp();
        executor.Step(batch, store, logits);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
