using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Attention.Bidirectional;

/// <summary>What is added to a score for how far its key lies behind its query, head by head; beyond a distance, the same for all.</summary>
/// <param name="byHead">[heads, 2 · furthest + 1], the middle of each being distance 0; another owns it.</param>
/// <param name="headCount">Heads.</param>
/// <param name="furthest">The distance from which on nothing changes, at least 0.</param>
internal sealed unsafe class DistanceBias(NativeBuffer<float> byHead, int headCount, int furthest)
{
    /// <summary>Heads it has biases for.</summary>
    public int HeadCount { get; } = headCount;

    /// <summary>Adds the biases of 16 neighbouring keys to their scores.</summary>
    /// <typeparam name="T">Which lanes to use.</typeparam>
    /// <param name="scores">16 scores.</param>
    /// <param name="head">The head.</param>
    /// <param name="distance">The first key's place less the query's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add<T>(float* scores, int head, int distance)
        where T : unmanaged, IEightLanes<T>
    {
        float* middle = byHead.Pointer + (head * ((2L * furthest) + 1)) + furthest;
        if (distance >= -furthest && distance + OnlineSoftmax.BlockTokens - 1 <= furthest)
        {
            (T.Load(scores) + T.Load(middle + distance)).Store(scores);
            (T.Load(scores + 8) + T.Load(middle + distance + 8)).Store(scores + 8);
            return;
        }

        for (int i = 0; i < OnlineSoftmax.BlockTokens; i++) scores[i] += middle[Math.Clamp(distance + i, -furthest, furthest)];
    }

    /// <summary>What is added at one distance.</summary>
    public float At(int head, int distance) => byHead.Pointer[(head * ((2L * furthest) + 1)) + furthest + Math.Clamp(distance, -furthest, furthest)];
}
