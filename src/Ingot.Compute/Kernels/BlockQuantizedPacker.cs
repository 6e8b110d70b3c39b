using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>Writes one tile of a <see cref="BlockQuantizedLayout"/> from the rows of its sources.</summary>
internal static unsafe class BlockQuantizedPacker
{
    private const int Outputs = WeightMatrix.TileSize;

    public static void PackTile(BlockQuantizedLayout layout, IReadOnlyList<BlockQuantizedPart> parts, int tile, byte* destination)
    {
        int outputs = (int)Math.Min(Outputs, layout.OutputCount - ((long)tile * Outputs)), codes, scales;
        for (int i = 0; i < outputs; i += codes)
        {
            (BlockQuantizedPart part, long n) = Find(parts, tile, i);
            codes = PackCodes(layout, part, n, i, destination + layout.CodeOffset + (i * 4));
        }

        for (int i = 0; i < outputs; i += scales)
        {
            (BlockQuantizedPart part, long n) = Find(parts, tile, i);
            scales = PackScales(layout, part, n, i, destination);
        }

        for (int i = 0; i < outputs && layout.ZeroPoints != ZeroPointKind.Middle; i++)
        {
            (BlockQuantizedPart part, long n) = Find(parts, tile, i);
            PackZeroPoints(layout, part, n * part.RowStep, i, destination + layout.ZeroPointOffset);
        }
    }

    // The part that an output of a tile is of, and its number there.
    private static (BlockQuantizedPart Part, long Output) Find(IReadOnlyList<BlockQuantizedPart> parts, int tile, int output)
    {
        long n = ((long)tile * Outputs) + output;
        int p = 0;
        while (n >= parts[p].OutputCount) n -= parts[p++].OutputCount;
        return (parts[p], n);
    }

    /// <returns>How many outputs' codes were packed.</returns>
    private static int PackCodes(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int output, byte* codes)
    {
        long rowBytes = BlockQuantizedSource.RowBytes(layout.BlockCount * (layout.BlockSize * layout.Bits / 8), part), stride = rowBytes * part.RowStep;
        byte* row = part.Weights.Pointer + (n * stride);
        int wholeGroups = layout.InputCount / BlockQuantizedLayout.GroupSize;
        if (layout.Bits == 8)
        {
            PackRow8(layout, row, codes);
            return 1;
        }

        int rows = CodeTransposer.RowsTaken(Math.Min(part.OutputCount - n, Outputs - output)), packed = rows > 1 ? wholeGroups : 0;
        if (rows > 1) CodeTransposer.Pack(row, stride, rows, wholeGroups, codes);
        for (int r = 0; r < rows && packed < layout.GroupCount; r++) PackRow4(layout, packed, row + (r * stride), codes + (r * 4));
        return rows;
    }

    /// <returns>How many outputs' scales were packed.</returns>
    private static int PackScales(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int output, byte* destination)
    {
        bool isFloat = part.Scales.Type == ElementType.Float32;
        bool together = layout.HalfScales && (isFloat || part.Scales.Type == ElementType.Float16) && HalfTransposer.IsSupported && layout.BlockCount >= HalfTransposer.FewestColumns
            && part.OutputCount - n >= HalfTransposer.Rows && output + HalfTransposer.Rows <= Outputs;
        if (!together)
        {
            PackScaleRow(layout, part, n * part.RowStep, output, destination);
            return 1;
        }

        long rowBytes = layout.BlockCount * (isFloat ? sizeof(float) : sizeof(ushort)), stride = rowBytes * part.RowStep;
        byte* rows = part.Scales.Pointer + (n * stride);
        if (isFloat) HalfTransposer.PackFloats(rows, stride, layout.BlockCount, (ushort*)destination + output);
        else HalfTransposer.Pack(rows, stride, layout.BlockCount, (ushort*)destination + output);
        return HalfTransposer.Rows;
    }

    private static void PackScaleRow(BlockQuantizedLayout layout, BlockQuantizedPart part, long n, int output, byte* destination)
    {
        long first = n * layout.BlockCount;
        for (int b = 0; b < layout.BlockCount; b++)
        {
            float scale = part.Scales[first + b];
            if (layout.HalfScales) ((ushort*)destination)[(b * Outputs) + output] = HalfScale.Narrow(BitConverter.SingleToUInt32Bits(scale));
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
