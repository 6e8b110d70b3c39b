using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Kernels;

/// <summary>Checks what is about to be packed (it comes from a file) and tells the layout that keeps it exactly.</summary>
internal static unsafe class BlockQuantizedSource
{
    /// <summary>Checks sizes, and gives the layout for scales that are half-precision numbers; which they are has not been looked at.</summary>
    public static BlockQuantizedLayout Check(int bits, int blockSize, int inputCount, IReadOnlyList<BlockQuantizedPart> parts)
    {
        if (bits is not (4 or 8)) throw Unsupported($"Weights of {bits} bits are not supported; 4 and 8 are.");
        if (blockSize is not (16 or 32 or 64 or 128 or 256)) throw Unsupported($"A quantisation block of {blockSize} inputs is not supported; 16, 32, 64, 128 and 256 are.");
        if (inputCount < 1 || parts.Count == 0) throw Invalid("A quantised matrix has no inputs or no outputs.");

        long blocks = ((long)inputCount + blockSize - 1) / blockSize;
        long outputs = 0;
        ZeroPointKind zeroPoints = ZeroPointKind.Middle;
        foreach (BlockQuantizedPart part in parts)
        {
            if (part.OutputCount < 1) throw Invalid("A quantised matrix has no outputs.");
            outputs += part.OutputCount;
            long rowBytes = RowBytes(blocks * (blockSize * bits / 8), part), rows = Rows(part);
            if (part.RowStep < 1 || rowBytes < ((inputCount * (long)bits) + 7) / 8) throw Invalid("A quantised matrix has rows that overlap.");
            if (part.Weights.Type != ElementType.UInt8 || part.Weights.ByteLength < rows * rowBytes)
                throw Invalid($"The quantised weights of a {part.OutputCount} × {inputCount} matrix hold {part.Weights.ByteLength} bytes, which is too few.");
            if (part.Scales.Type == ElementType.UInt8 || part.Scales.Length < rows * blocks)
                throw Invalid($"The scales of a {part.OutputCount} × {inputCount} quantised matrix are not floats or too few.");
            if (part.ZeroPoints is not { } zeros) continue;
            long needed = rows * (zeros.Type == ElementType.UInt8 ? ((blocks * bits) + 7) / 8 : blocks);
            if (zeros.Length < needed) throw Invalid($"The zero points of a {part.OutputCount} × {inputCount} quantised matrix are too few.");
            ZeroPointKind kind = zeros.Type == ElementType.UInt8 ? ZeroPointKind.Byte : ZeroPointKind.Float;
            if (kind > zeroPoints) zeroPoints = kind;
        }

        if (outputs > int.MaxValue - WeightMatrix.TileSize) throw Unsupported($"A matrix of {outputs} outputs is too large.");
        return new BlockQuantizedLayout((int)outputs, inputCount, bits, blockSize, halfScales: true, zeroPoints);
    }

    /// <summary>Bytes from one row of a part's weights to the next.</summary>
    public static long RowBytes(long ofWholeBlocks, BlockQuantizedPart part) => part.RowBytes > 0 ? part.RowBytes : ofWholeBlocks;

    /// <summary>Rows of a part's sources, up to the last one that is an output.</summary>
    public static long Rows(BlockQuantizedPart part) => ((long)(part.OutputCount - 1) * part.RowStep) + 1;

    /// <summary>The parts with what is needed of some outputs in memory.</summary>
    /// <param name="layout">The matrix.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="from">The first output.</param>
    /// <param name="to">The first one after them, or more than there are.</param>
    /// <param name="desk">Where to put what is read; cleared before.</param>
    /// <exception cref="IngotException">ModelInvalid: a file ends before, or cannot be read.</exception>
    public static IReadOnlyList<BlockQuantizedPart> Bring(BlockQuantizedLayout layout, IReadOnlyList<BlockQuantizedPart> parts, long from, long to, SourceDesk desk)
    {
        desk.Clear();
        var brought = new BlockQuantizedPart[parts.Count];
        for (int p = 0; p < brought.Length; p++)
        {
            BlockQuantizedPart part = parts[p];
            long first = Math.Max(from, 0) * part.RowStep, end = ((Math.Min(to, part.OutputCount) - 1) * part.RowStep) + 1;
            brought[p] = first >= end ? part : part with
            {
                Weights = Rows(part.Weights, RowBytes(layout.BlockCount * (layout.BlockSize * layout.Bits / 8), part)),
                Scales = Rows(part.Scales, layout.BlockCount * (long)part.Scales.ElementBytes),
                ZeroPoints = part.ZeroPoints is { } zeros ? Rows(zeros, ZeroPointBytes(layout, zeros)) : null,
            };
            from -= part.OutputCount;
            to -= part.OutputCount;

            SourceTensor Rows(SourceTensor source, long rowBytes) => source.Bring(desk, first * rowBytes, end * rowBytes);
        }

        return brought;
    }

    /// <summary>Whether half-precision numbers keep some scales exactly.</summary>
    /// <exception cref="IngotException">ModelInvalid: one is not finite.</exception>
    public static bool ScalesFitHalf(SourceTensor scales, long from, long to)
    {
        bool exact = true;
        for (long i = from; i < to; i++)
        {
            int most = (int)Math.Min(to - i, int.MaxValue);
            if (scales.Type == ElementType.Float32) i += HalfScale.CountExact(scales.Pointer + (i * sizeof(float)), most);
            else if (scales.Type == ElementType.Float16) i += HalfScale.CountFinite(scales.Pointer + (i * sizeof(ushort)), most);
            if (i >= to) break;
            float scale = scales[i];
            if (!float.IsFinite(scale)) throw Invalid("A quantised matrix has a scale that is not a finite number.");
            if (exact) exact = (float)(Half)scale == scale;
        }

        return exact;
    }

    private static long ZeroPointBytes(BlockQuantizedLayout layout, SourceTensor zeros) =>
        zeros.Type == ElementType.UInt8 ? (((long)layout.BlockCount * layout.Bits) + 7) / 8 : layout.BlockCount * (long)zeros.ElementBytes;

    private static IngotException Invalid(string message) => new(ErrorCode.ModelInvalid, message);

    private static IngotException Unsupported(string message) => new(ErrorCode.ModelUnsupported, message);
}
