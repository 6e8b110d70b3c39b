using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>Writes one tile of a <see cref="BlockQuantizedLayout"/> from the rows of its sources.</summary>
internal static unsafe class BlockQuantizedPacker
{
    private const int Outputs = WeightMatrix.TileSize;

    public static void PackTile(BlockQuantizedLayout layout, IReadOnlyList<BlockQuantizedPart> parts, int tile, byte* destination)
    {
        for (int i = 0; i < Outputs;)
        {
            long n = ((long)tile * Outputs) + i;
            if (n >= layout.OutputCount) return;
            int p = 0;
            while (n >= parts[p].OutputCount) n -= parts[p++].OutputCount;
            BlockQuantizedPart part = parts[p];
            int rows = layout.Bits == 4 && CodeTransposer.IsSupported && part.OutputCount - n >= CodeTransposer.Rows && i + CodeTransposer.Rows <= Outputs ? CodeTransposer.Rows : 1;
            long rowBytes = BlockQuantizedSource.RowBytes(layout.BlockCount * (layout.BlockSize * layout.Bits / 8), part), stride = rowBytes * part.RowStep;
            byte* row = part.Weights.Pointer + (n * stride), codes = destination + layout.CodeOffset + (i * 4);
            if (rows > 1)
            {
                CodeTransposer.Pack(row, stride, layout.InputCount / BlockQuantizedLayout.GroupSize, codes);
                for (int r = 0; r < rows && layout.InputCount % BlockQuantizedLayout.GroupSize != 0; r++)
                    PackRow4(layout, layout.InputCount / BlockQuantizedLayout.GroupSize, row + (r * stride), codes + (r * 4));
            }
            else if (layout.Bits == 4)
            {
                PackRow4(layout, 0, row, codes);
            }
            else
            {
                PackRow8(layout, row, codes);
            }

            for (int end = i + rows; i < end; i++, n++)
            {
                PackScales(layout, part, n * part.RowStep, i, destination);
                if (layout.ZeroPoints != ZeroPointKind.Middle) PackZeroPoints(layout, part, n * part.RowStep, i, destination + layout.ZeroPointOffset);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackScales(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int output, byte* destination)
    {
        long first = n * layout.BlockCount;
        if (layout.HalfScales && part.Scales.Type == ElementType.Float32)
        {
            byte* source = part.Scales.Pointer + (first * sizeof(float));
            for (int b = 0; b < layout.BlockCount; b++) ((ushort*)destination)[(b * Outputs) + output] = HalfScale.Narrow(Unsafe.ReadUnaligned<uint>(source + (b * sizeof(float))));
        }
        else if (layout.HalfScales && part.Scales.Type == ElementType.Float16)
        {
            byte* source = part.Scales.Pointer + (first * sizeof(ushort));
            for (int b = 0; b < layout.BlockCount; b++) ((ushort*)destination)[(b * Outputs) + output] = Unsafe.ReadUnaligned<ushort>(source + (b * sizeof(ushort)));
        }
        else
        {
            for (int b = 0; b < layout.BlockCount; b++)
            {
                float scale = part.Scales[first + b];
                if (layout.HalfScales) ((Half*)destination)[(b * Outputs) + output] = (Half)scale;
                else ((float*)destination)[(b * Outputs) + output] = scale;
            }
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
    private static void PackRow4(BlockQuantizedLayout layout, int fromGroup, byte* row, byte* destination)
    {
        byte* last = stackalloc byte[16];
        destination += fromGroup * 256L;
        for (int g = fromGroup; g < layout.GroupCount; g++, destination += 256)
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
        int fours = layout.InputCount / 4;
        for (int k = 0; k < fours; k++) *(uint*)(destination + (k * 64L)) = Unsafe.ReadUnaligned<uint>(row + (k * 4));
        for (int k = fours * 4; k < layout.InputCount; k++) destination[(fours * 64L) + (k % 4)] = row[k];
    }
}
