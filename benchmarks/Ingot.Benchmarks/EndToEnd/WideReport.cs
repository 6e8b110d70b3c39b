using System.Diagnostics;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Engine;
using Ingot.Engine.Acceleration;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Service.Hosting;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>
/// Steps of many tokens, the executor's own and through ONNX Runtime's integer products, by turns; on any processor, with units for matrices
/// or without. <c>wide [&lt;folder&gt;]</c>; the library as <c>INGOT_ONNXRUNTIME</c> says.
/// </summary>
internal static class WideReport
{
    private const int Rounds = 7;
    private static readonly int[] Tokens = [64, 128, 256, 512];

    /// <summary>Measures and prints.</summary>
    public static void Print(string[] arguments)
    {
        ModelFolder folder = ModelFolder.Open(arguments.Length > 0 ? arguments[0] : BenchmarkModel.Folder());
        var plain = new EngineOptions { Name = "benchmark", KvCacheBytes = 256 << 20 };
        var forced = plain with { Calibrate = false, Runtime = new RuntimeOptions { Acceleration = AccelerationPreference.Auto, Library = ExecutionProviders.Library, Amx = AmxSupport.Assumed } };
        using ExecutorRunner own = ExecutorRunner.Load(folder, plain, CancellationToken.None);
        long before = Environment.WorkingSet;
        long started = Stopwatch.GetTimestamp();
        using ExecutorRunner wide = ExecutorRunner.Load(folder, forced, CancellationToken.None);
        Console.WriteLine($"{wide.Acceleration.Reason} Loaded in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, working set + {(Environment.WorkingSet - before) / 1048576.0:F0} MiB.");
        Console.WriteLine($"Here: {AmxSupport.OfThisMachine.ProcessorRefusal() ?? AmxSupport.OfThisMachine.SystemRefusal() ?? "the processor's units for matrices are used."}");
        if (!wide.Acceleration.IsUsed)
            return;
        foreach (int count in Tokens)
        {
            List<double> owns = [], wides = [];
            for (int round = 0; round <= Rounds; round++)
            {
                double one = Seconds(own.Executor, count), two = Seconds(wide.Executor, count);
                if (round == 0)
                    continue;
                owns.Add(one);
                wides.Add(two);
            }

            (double ownMedian, double wideMedian) = (Median(owns), Median(wides));
            Console.WriteLine($"{count,4} tokens: own {ownMedian * 1e3,7:F1} ms ({count / ownMedian:F0} tokens/s), wide {wideMedian * 1e3,7:F1} ms ({count / wideMedian:F0} tokens/s), {ownMedian / wideMedian:F2} times as fast");
        }
    }

    private static double Seconds(DecoderExecutor executor, int count)
    {
        int[] blocks = [.. Enumerable.Range(0, (count / executor.KvBlockSize) + 1)];
        using KvStore store = executor.CreateKvStore(blocks.Length);
        var batch = new StepBatch();
        batch.AddSequence([.. Enumerable.Range(0, count).Select(i => (i * 7919) % 50_000)], 0, blocks, 1);
        float[] logits = new float[executor.VocabularySize];
        long started = Stopwatch.GetTimestamp();
        executor.Step(batch, store, logits);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);
}
