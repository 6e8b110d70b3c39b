namespace Ingot.Compute.Kernels;

/// <summary>How zero points are kept.</summary>
internal enum ZeroPointKind
{
    /// <summary>None are kept: each is the middle of the range.</summary>
    Middle,

    /// <summary>A byte each.</summary>
    Byte,

    /// <summary>A float each.</summary>
    Float,
}

/// <summary>
/// Where things are in a packed tile of 16 outputs. In order, each section starting on a cache line:
/// <list type="number">
/// <item>scales, [block, 16 outputs] of Half or float;</item>
/// <item>zero points, [block, 16 outputs] of byte or float, or nothing;</item>
/// <item>codes, [group of 32 inputs, …]: a 64-byte line holds 16 outputs × 4 neighbouring inputs. With 8 bits there are 8 lines for the
/// 32 inputs; with 4 bits 4 lines, line j holding inputs 4j… in its low halves and 16 + 4j… in its high halves.</item>
/// </list>
/// Inputs beyond the last are zero codes and meet zero activations.
/// </summary>
internal sealed record BlockQuantizedLayout
{
    public const int GroupSize = Activations.GroupSize;

    public BlockQuantizedLayout(int outputCount, int inputCount, int bits, int blockSize, bool halfScales, ZeroPointKind zeroPoints)
    {
        OutputCount = outputCount;
        InputCount = inputCount;
        Bits = bits;
        BlockSize = blockSize;
        HalfScales = halfScales;
        ZeroPoints = zeroPoints;
        BlockCount = (inputCount + blockSize - 1) / blockSize;
        GroupCount = (inputCount + GroupSize - 1) / GroupSize;
        // A block of 16 comes in pairs, one pair a group, so that a kernel may always read both.
        int keptBlocks = blockSize == 16 ? GroupCount * 2 : BlockCount;
        ZeroPointOffset = Align(keptBlocks * 16L * (halfScales ? 2 : 4));
        CodeOffset = ZeroPointOffset + Align(keptBlocks * 16L * zeroPoints switch { ZeroPointKind.Middle => 0, ZeroPointKind.Byte => 1, _ => 4 });
        TileBytes = CodeOffset + ((long)GroupCount * GroupBytes);
    }

    public int OutputCount { get; }

    public int InputCount { get; }

    public int Bits { get; }

    public int BlockSize { get; }

    public int BlockCount { get; }

    public int GroupCount { get; }

    public bool HalfScales { get; }

    public ZeroPointKind ZeroPoints { get; }

    public long ZeroPointOffset { get; }

    public long CodeOffset { get; }

    public long TileBytes { get; }

    public int GroupBytes => 16 * GroupSize * Bits / 8;

    public int MiddleZeroPoint => 1 << (Bits - 1);

    private static long Align(long bytes) => (bytes + 63) / 64 * 64;
}
