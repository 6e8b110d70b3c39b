using System.Globalization;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>The <c>kernels</c> mode: bandwidth, products and attention at a glance, in about a minute.</summary>
internal static unsafe class KernelReport
{
    /// <summary>Prints the report.</summary>
    /// <param name="args">Thread counts to measure with; none means 1 and all cores.</param>
    public static void Print(string[] args)
    {
        int[] threadCounts = args.Length > 0 ? [.. args.Select(count => int.Parse(count, CultureInfo.InvariantCulture))] : [1, Environment.ProcessorCount];
        foreach (int threads in threadCounts)
        {
            using var team = new ThreadTeam(threads);
            using var buffer = new NativeBuffer<long>(16L * 1024 * 1024);
            double bandwidth = buffer.ByteLength / Timing.Best(team, new ReadBandwidth(buffer), 1);
            Console.WriteLine($"{threads} threads: read {bandwidth / 1e9:F1} GB/s");
            PrintProducts(team, "int4 block 32", bandwidth, Layers(team, 4, 32));
        }
    }

    private static List<WeightMatrix> Layers(ThreadTeam team, int bits, int blockSize)
    {
        List<WeightMatrix> matrices = [];
        for (int layer = 0; layer < 24; layer++)
        {
            matrices.Add(RandomWeights.BlockQuantized(team, bits, blockSize, 1152, 896, layer));
            matrices.Add(RandomWeights.BlockQuantized(team, bits, blockSize, 896, 896, layer));
            matrices.Add(RandomWeights.BlockQuantized(team, bits, blockSize, 9728, 896, layer));
            matrices.Add(RandomWeights.BlockQuantized(team, bits, blockSize, 896, 4864, layer));
        }

        return matrices;
    }

    private static void PrintProducts(ThreadTeam team, string name, double bandwidth, List<WeightMatrix> matrices)
    {
        foreach (int rows in (int[])[1, 2, 4, 8, 16, 32, 128])
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
