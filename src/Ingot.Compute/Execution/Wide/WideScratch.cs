using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Room for the sums of as many products as there are threads, each taken by who needs it.</summary>
/// <param name="laneCount">The most threads at once.</param>
/// <param name="sumCount">The most sums of a product.</param>
internal sealed unsafe class WideScratch(int laneCount, long sumCount) : IDisposable
{
    private readonly NativeBuffer<int> _sums = new(laneCount * sumCount);
    private readonly int[] _taken = new int[laneCount];

    /// <summary>Room for products with some matrices.</summary>
    public static WideScratch For(IEnumerable<WideMatrix> matrices, int laneCount) =>
        new(laneCount, (long)WideProductOperation.MostRows * matrices.Max(matrix => matrix.Parts[0].OutputCount));

    public long ByteLength => _sums.ByteLength;

    /// <summary>Takes a lane; there is always one free, for no thread has two.</summary>
    public int Take()
    {
        for (var lane = 0; ; lane = (lane + 1) % laneCount)
        {
            if (Volatile.Read(ref _taken[lane]) == 0 && Interlocked.CompareExchange(ref _taken[lane], 1, 0) == 0)
                return lane;
        }
    }

    public void Return(int lane) => Volatile.Write(ref _taken[lane], 0);

    public int* Sums(int lane) => _sums.Pointer + (lane * sumCount);

    public void Dispose() => _sums.Dispose();
}
