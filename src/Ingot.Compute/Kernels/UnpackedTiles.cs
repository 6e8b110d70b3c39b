using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>
/// A stretch of two neighbouring 4-bit tiles with every code in a byte of its own and the scales as floats, made once for many rows.
/// Per group of 32 inputs and tile: 8 lines of 16 outputs × 4 neighbouring inputs, and 16 scales.
/// </summary>
/// <param name="memory">Room for <see cref="ByteLength"/> bytes, on a cache line.</param>
internal readonly unsafe struct UnpackedTiles(byte* memory)
{
    /// <summary>Groups of a stretch: as much as stays in the nearest cache beside the rows that pass by.</summary>
    public const int MostGroups = 16;

    public const int ByteLength = 2 * MostGroups * (GroupCodes + (WeightMatrix.TileSize * sizeof(float)));

    /// <summary>Bytes of a group's codes, and with them of a line.</summary>
    public const int GroupCodes = WeightMatrix.TileSize * Activations.GroupSize;

    /// <summary>Bytes of a group's codes before they are unpacked.</summary>
    public const int PackedGroup = GroupCodes / 2;

    public readonly byte* FirstCodes = memory;
    public readonly byte* SecondCodes = memory + (MostGroups * GroupCodes);
    public readonly float* FirstScales = (float*)(memory + (2 * MostGroups * GroupCodes));
    public readonly float* SecondScales = (float*)(memory + (2 * MostGroups * GroupCodes)) + (MostGroups * WeightMatrix.TileSize);

    /// <summary>Takes over a stretch of two tiles.</summary>
    /// <param name="first">The one tile.</param>
    /// <param name="second">The other, laid out alike.</param>
    /// <param name="fromGroup">First group.</param>
    /// <param name="toGroup">One past the last, at most <see cref="MostGroups"/> on.</param>
    public void Fill(in PackedTile first, in PackedTile second, int fromGroup, int toGroup)
    {
        Fill(first, fromGroup, toGroup, FirstCodes, FirstScales);
        Fill(second, fromGroup, toGroup, SecondCodes, SecondScales);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(in PackedTile tile, int fromGroup, int toGroup, byte* codes, float* scales)
    {
        byte* packed = tile.Codes + (fromGroup * PackedGroup);
        for (int group = fromGroup; group < toGroup; group++, codes += GroupCodes / 2, scales += WeightMatrix.TileSize)
        {
            tile.LoadScales<Ops512, Vector512<int>, Vector512<float>>(group / tile.GroupsPerBlock, part: 0).Store(scales);
            for (byte* end = packed + PackedGroup; packed < end; packed += Vector512<byte>.Count, codes += Vector512<byte>.Count)
            {
                Vector512<int> line = Ops512.LoadCodes(packed);
                Ops512.LowHalves(line).Store((int*)codes);
                Ops512.HighHalves(line).Store((int*)(codes + (GroupCodes / 2)));
            }
        }
    }
}
