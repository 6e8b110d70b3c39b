using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>Widens tiles of keys and values by vectors. The last vector of a token's values reaches into the next token's place, which is written after it.</summary>
internal static unsafe class KvTileKernel<TOps, TFloat>
    where TOps : struct, IFloatOps<TFloat>
    where TFloat : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Keys(KvLayout layout, byte* tile, float* keys)
    {
        if (layout.Format == KvFormat.Float16)
        {
            Halves((ushort*)tile, layout.HeadSize * KvLayout.TileTokens, keys);
            return;
        }

        float* scales = (float*)(tile + layout.ScaleOffset);
        for (int first = 0; first < layout.HeadSize; first += KvLayout.GroupSize, scales += KvLayout.TileTokens)
        {
            int end = Math.Min(first + KvLayout.GroupSize, layout.HeadSize) * KvLayout.TileTokens;
            for (int part = 0; part < KvLayout.TileTokens; part += TOps.Lanes)
            {
                TFloat scale = TOps.Load(scales + part);
                for (int i = (first * KvLayout.TileTokens) + part; i < end; i += KvLayout.TileTokens)
                    TOps.Store(TOps.Multiply(TOps.LoadSignedBytes((sbyte*)tile + i), scale), keys + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(KvLayout layout, byte* tile, int tokens, float* values)
    {
        if (layout.Format == KvFormat.Float16)
        {
            Halves((ushort*)tile, layout.HeadSize * tokens, values);
            return;
        }

        float* scale = (float*)(tile + layout.ScaleOffset);
        sbyte* codes = (sbyte*)tile;
        for (int token = 0; token < tokens; token++, codes += layout.HeadSize, values += layout.HeadSize)
        {
            for (int first = 0; first < layout.HeadSize; first += KvLayout.GroupSize, scale++)
            {
                TFloat factor = TOps.Broadcast(*scale);
                int end = Math.Min(first + KvLayout.GroupSize, layout.HeadSize);
                for (int i = first; i < end; i += TOps.Lanes)
                    TOps.Store(TOps.Multiply(TOps.LoadSignedBytes(codes + i), factor), values + i);
            }
        }
    }

    private static void Halves(ushort* halves, int count, float* floats)
    {
        for (float* end = floats + count; floats < end; floats += TOps.Lanes, halves += TOps.Lanes) TOps.Store(TOps.LoadHalf(halves), floats);
    }
}
