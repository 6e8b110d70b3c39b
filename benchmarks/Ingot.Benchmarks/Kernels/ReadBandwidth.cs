using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>Every member sums its stretch of a large buffer: what this machine can read at most.</summary>
internal sealed unsafe class ReadBandwidth(NativeBuffer<long> buffer) : ITeamWork
{
    private long _sum;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(int member, int memberCount)
    {
        long* from = buffer.Pointer + (buffer.Length / 32 * member / memberCount * 32);
        long* to = buffer.Pointer + (buffer.Length / 32 * (member + 1) / memberCount * 32);
        Vector256<long> a = default, b = default, c = default, d = default;
        for (; from < to; from += 16)
        {
            a += Vector256.Load(from);
            b += Vector256.Load(from + 4);
            c += Vector256.Load(from + 8);
            d += Vector256.Load(from + 12);
        }

        Interlocked.Add(ref _sum, Vector256.Sum(a + b + c + d));
    }
}
