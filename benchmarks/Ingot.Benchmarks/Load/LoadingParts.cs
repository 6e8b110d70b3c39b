using System.Diagnostics;
using System.Globalization;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Load;

/// <summary>
/// Where the time of a load goes: its parts one after the other, and what the machine takes for what no loader can do without (fresh memory for the weights, the
/// file read by all threads, and by one). Time on the clock and of all processors, user's and system's, for other programs may hold up the former.
/// </summary>
internal static unsafe class LoadingParts
{
    private const int Rounds = 7;

    /// <summary>Measures and prints medians.</summary>
    /// <param name="path">A model folder with a decoder.</param>
    /// <param name="read">Reads its weights once.</param>
    public static void Print(string path, Action read)
    {
        if (ModelFolder.Open(path).Config.Decoder is not { } decoder)
            return;
        var parts = new Dictionary<string, List<Cost>>();
        for (int round = 0; round < Rounds; round++)
            Measure(path, decoder, read, (name, part) => Add(parts, name, part));

        Console.WriteLine($"{"parts, ms",-44} {"clock",7} {"user",7} {"system",7}");
        foreach (var (name, costs) in parts)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-44} {Median(costs, cost => cost.Clock),7:F1} {Median(costs, cost => cost.User),7:F1} {Median(costs, cost => cost.System),7:F1}"));
        }
    }

    private static void Measure(string path, DecoderDescription decoder, Action read, Action<string, Action> part)
    {
        ModelFolder folder = null!;
        part("open the folder", () => folder = ModelFolder.Open(path));
        part("tokenizer, which is read beside the others", () => Tokenizer.Load(path));
        ThreadTeam team = null!;
        part("threads", () => team = new ThreadTeam());
        OnnxModelFile file = null!;
        part("read the graph", () => file = OnnxModelFile.Read(decoder.OnnxPath, decoder.ModelFolder));
        var weights = new WeightSlots();
        DecoderProgram program = null!;
        part("understand the graph", () => program = GraphCompiler.Compile(file, decoder, weights));
        part("pack the weights", () => weights.Pack(team, CancellationToken.None));
        part("let go of the file", file.Dispose);
        team.Dispose();
        weights.Dispose();
        ProcessMemory.Release();

        foreach (bool calibrates in new[] { true, false })
        {
            InferenceEngine engine = null!;
            part(calibrates ? "all of it, without the tokenizer" : "– and without trials", () => engine = InferenceEngine.Load(
                folder, new EngineOptions { Name = "benchmark", MaxSequences = 8, Calibrate = calibrates }, NullLoggerFactory.Instance, CancellationToken.None));
            engine.Dispose();
            ProcessMemory.Release();
        }

        long bytes = weights.ByteLength;
        using var others = new ThreadTeam();
        part("– fresh memory for them, all threads", () =>
        {
            using var memory = new NativeBuffer<byte>(bytes);
            others.Run(new Touching(memory.Pointer, bytes));
        });
        part("– the file read, all threads", () =>
        {
            using var file = WeightFile.Open(Directory.EnumerateFiles(path, "*.data").Append(decoder.OnnxPath).First(), "The benchmark");
            others.Run(new Reading(file));
        });
        part("– the file read once, one thread", read);
    }

    private static void Add(Dictionary<string, List<Cost>> parts, string name, Action part)
    {
        Environment.ProcessCpuUsage before = Environment.CpuUsage;
        long start = Stopwatch.GetTimestamp();
        part();
        double clock = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Environment.ProcessCpuUsage after = Environment.CpuUsage;
        if (!parts.TryGetValue(name, out List<Cost>? costs))
            parts[name] = costs = [];
        costs.Add(new Cost(clock, (after.UserTime - before.UserTime).TotalMilliseconds, (after.PrivilegedTime - before.PrivilegedTime).TotalMilliseconds));
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);

    private sealed record Cost(double Clock, double User, double System);

    // Huge page by huge page, as members come.
    private sealed class Touching(byte* start, long length) : ISharedWork
    {
        private const long Share = 2 << 20;
        private const long Page = 4096;

        private long _taken;

        public void Execute(int member, int memberCount)
        {
            for (long from; (from = Interlocked.Add(ref _taken, Share) - Share) < length;)
            {
                for (long at = from; at < Math.Min(from + Share, length); at += Page)
                    start[at] = 1;
            }
        }
    }

    // Stretch by stretch, as members come, each into the same memory again and again.
    private sealed class Reading(WeightFile file) : ISharedWork
    {
        private long _taken;

        public void Execute(int member, int memberCount)
        {
            using var desk = new SourceDesk();
            byte* room = desk.Claim(SourceDesk.Stretch);
            for (long from; (from = Interlocked.Add(ref _taken, SourceDesk.Stretch) - SourceDesk.Stretch) < file.Length;)
                file.Read(from, room, Math.Min(SourceDesk.Stretch, file.Length - from));
        }
    }
}
