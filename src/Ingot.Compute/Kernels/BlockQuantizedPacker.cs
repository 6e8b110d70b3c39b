using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>Writes one tile of a <see cref="BlockQuantizedLayout"/> from the rows of its sources.</summary>
internal static unsafe class BlockQuantizedPacker
{
    private const int Outputs = WeightMatrix.TileSize;

    public static void PackTile(BlockQuantizedLayout layout, IReadOnlyList<BlockQuantizedPart> parts, int tile, byte* destination)
    {
        for (int i = 0; i < Outputs; i++)
        {
            long n = ((long)tile * Outputs) + i;
            if (n >= layout.OutputCount) return;
            int p = 0;
            while (n >= parts[p].OutputCount) n -= parts[p++].OutputCount;
            PackScales(layout, parts[p], n, i, destination);
            if (layout.ZeroPoints != ZeroPointKind.Middle) PackZeroPoints(layout, parts[p], n, i, destination + layout.ZeroPointOffset);
            byte* row = parts[p].Weights.Pointer + (n * layout.BlockCount * (layout.BlockSize * layout.Bits / 8));
            if (layout.Bits == 4) PackRow4(layout, row, destination + layout.CodeOffset + (i * 4));
            else PackRow8(layout, row, destination + layout.CodeOffset + (i * 4));
        }
    }

    private static void PackScales(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int output, byte* destination)
    {
        for (int b = 0; b < layout.BlockCount; b++)
        {
            float scale = part.Scales[(n * layout.BlockCount) + b];
            if (layout.HalfScales) ((Half*)destination)[(b * Outputs) + output] = (Half)scale;
            else ((float*)destination)[(b * Outputs) + output] = scale;
        }
    }

    private static void PackZeroPoints(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int output, byte* destination)
    {
        for (int b = 0; b < layout.BlockCount; b++)
        {
            float zero = ZeroPoint(layout, part, n, b);
            if (layout.ZeroPoints == ZeroPointKind.Byte) destination[(b * Outputs) + output] = (byte)zero;
            else ((float*)destination)[(b * Outputs) + output] = zero;
        }
    }

    private static float ZeroPoint(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int block)
    {
        if (part.ZeroPoints is not { } zeros) return layout.MiddleZeroPoint;
        if (zeros.Type != ElementType.UInt8) return zeros[(n * layout.BlockCount) + block];
        if (layout.Bits == 8) return zeros.Pointer[(n * layout.BlockCount) + block];
        byte pair = zeros.Pointer[(n * ((layout.BlockCount + 1) / 2)) + (block / 2)];
        return block % 2 == 0 ? pair & 15 : pair >> 4;
    }

    // Source bytes hold inputs 2i and 2i + 1; a packed byte holds inputs j and 16 + j.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRow4(BlockQuantizedLayout layout, byte* row, byte* destination)
    {
        byte* last = stackalloc byte[16];
        for (int g = 0; g < layout.GroupCount; g++, destination += 256)
        {
            byte* source = row + (g * 16);
            int inputs = layout.InputCount - (g * 32);
            if (inputs < 32)
            {
                for (int i = 0; i < 16; i++)
                    last[i] = (byte)(2 * i >= inputs ? 0 : (2 * i) + 1 == inputs ? source[i] & 15 : source[i]);
                source = last;
            }

            for (int line = 0; line < 4; line++)
            {
                uint low = Unsafe.ReadUnaligned<ushort>(source + (line * 2));
                uint high = Unsafe.ReadUnaligned<ushort>(source + 8 + (line * 2));
                *(uint*)(destination + (line * 64)) = Spread(low) | (Spread(high) << 4);
            }
        }
    }

    // Four 4-bit codes, one to the low half of each byte.
    private static uint Spread(uint codes) => (codes & 0x000F) | ((codes & 0x00F0) << 4) | ((codes & 0x0F00) << 8) | ((codes & 0xF000) << 12);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRow8(BlockQuantizedLayout layout, byte* row, byte* destination)
    {
        for (int k = 0; k < layout.InputCount; k++)
            destination[(k / 4 * 64) + (k % 4)] = row[k];
    }
}
