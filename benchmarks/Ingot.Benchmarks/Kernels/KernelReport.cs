using System.Globalization;
using Ingot.Compute.Attention;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>The <c>kernels</c> mode: bandwidth, products and attention at a glance, in about a minute.</summary>
internal static unsafe class KernelReport
{
    private const int LayerCount = 12;

    /// <summary>Prints the report.</summary>
    /// <param name="args">Thread counts to measure with; none means 1 and all cores.</param>
    public static void Print(string[] args)
    {
        int[] threadCounts = args.Length > 0 ? [.. args.Select(count => int.Parse(count, CultureInfo.InvariantCulture))] : [1, Environment.ProcessorCount];
        foreach (int threads in threadCounts)
        {
            using var team = new ThreadTeam(threads);
            using var buffer = new NativeBuffer<long>(16L * 1024 * 1024);
            buffer.Span.Fill(1);
            double bandwidth = buffer.ByteLength / Timing.Best(team, new ReadBandwidth(buffer), 1);
            Console.WriteLine($"{threads} threads: read {bandwidth / 1e9:F1} GB/s");
            PrintProducts(team, "int4 block 32", bandwidth, [1, 2, 4, 8, 16, 32, 128], layer => RandomWeights.BlockQuantized(team, 4, 32, layer));
            PrintProducts(team, "int8 block 32", bandwidth, [1, 8, 128], layer => RandomWeights.BlockQuantized(team, 8, 32, layer));
            PrintProducts(team, "float16", bandwidth, [1, 8, 128], layer => RandomWeights.Floats(team, ElementType.Float16, layer));
            PrintProducts(team, "float32", bandwidth, [1, 8, 128], layer => RandomWeights.Floats(team, ElementType.Float32, layer));
            PrintAttention(team);
            PrintFormats(team);
        }
    }

    private static void PrintAttention(ThreadTeam team)
    {
        foreach ((int sequences, int rows, int past) in (ReadOnlySpan<(int, int, int)>)[(1, 1, 128), (1, 1, 1024), (16, 1, 1024), (1, 128, 0), (1, 128, 896)])
        {
            using var attention = new AttentionWork(sequences, rows, past);
            double seconds = Timing.Best(team, attention, 0.3);
            Console.WriteLine($"  attention {sequences,3} × {rows,3} rows after {past,4}  {seconds * 1e3,8:F3} ms a layer  {attention.Operations / seconds / 1e9,7:F1} GFLOP/s");
        }
    }

    // Formats take turns, so that each meets the machine in the same mood.
    private static void PrintFormats(ThreadTeam team)
    {
        KvFormat[] formats = Enum.GetValues<KvFormat>();
        foreach ((int sequences, int rows, int past) in (ReadOnlySpan<(int, int, int)>)[(1, 1, 2048), (1, 1, 8192), (8, 1, 2048), (1, 128, 2048)])
        {
            AttentionWork[] works = [.. formats.Select(format => new AttentionWork(sequences, rows, past, format))];
            double[] best = [.. works.Select(_ => double.MaxValue)];
            for (int round = 0; round < 10; round++)
            {
                for (int i = 0; i < works.Length; i++) best[i] = Math.Min(best[i], Timing.Best(team, works[i], 0.05));
            }

            string times = string.Join("  ", formats.Zip(best, (format, seconds) => $"{format} {seconds * 1e3:F3} ms"));
            Console.WriteLine($"  attention {sequences,3} × {rows,3} rows after {past,4}  {times}");
            foreach (AttentionWork work in works) work.Dispose();
        }
    }

    private static void PrintProducts(ThreadTeam team, string name, double bandwidth, int[] rowCounts, Func<int, IEnumerable<WeightMatrix>> layer)
    {
        List<WeightMatrix> matrices = [.. Enumerable.Range(0, LayerCount).SelectMany(layer)];
        foreach (int rows in rowCounts)
        {
            using var product = new MatrixProduct(team, matrices, rows);
            Timing.Best(team, product, 0.6);
            double seconds = product.BestSeconds;
            Console.WriteLine(
                $"  {name,-14} {rows,4} rows  {seconds * 1e3,8:F2} ms  {product.Bytes / seconds / 1e9,6:F1} GB/s ({product.Bytes / seconds / bandwidth,4:P0})  {product.Operations / seconds / 1e9,7:F1} GFLOP/s");
        }

        matrices.ForEach(matrix => matrix.Dispose());
    }
}
