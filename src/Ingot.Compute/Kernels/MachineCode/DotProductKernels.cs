using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels.MachineCode;

/// <summary>
/// Products of block-quantised tiles by functions of <see cref="DotProductCode"/>, one for each number of rows. Where the processor or the system
/// does not run them there are none, and the kernels over <see cref="Vectors.IVectorOps{TInt, TFloat}"/> do it, with the same bits.
/// </summary>
internal sealed unsafe class DotProductKernels
{
    // Rows that go through the tiles together: as much of them as stays in the second cache.
    private const int RowBytesTogether = 1 << 19;

    private static readonly Dictionary<(int Bits, bool HalfScales, ZeroPointKind ZeroPoints), Lazy<DotProductKernels?>> Variants = (
        from bits in (int[])[4, 8]
        from halfScales in (bool[])[false, true]
        from zeroPoints in Enum.GetValues<ZeroPointKind>()
        select (bits, halfScales, zeroPoints)).ToDictionary(variant => variant, variant => new Lazy<DotProductKernels?>(() => Make(variant.bits, variant.halfScales, variant.zeroPoints)));

    private readonly nint[] _functions;

    private DotProductKernels(nint[] functions) => _functions = functions;

    // Bit 11 of ECX of leaf 7 means AVX512_VNNI. Whether AVX-512 may be used at all the runtime has found out.
    private static bool IsSupported =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64
        && KernelForms.IsSupported(KernelForm.Vector512)
        && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    /// <summary>Those for a layout.</summary>
    /// <returns>Null where there are none.</returns>
    public static DotProductKernels? For(BlockQuantizedLayout layout) =>
        layout.BlockSize < Activations.GroupSize ? null : Variants[(layout.Bits, layout.HalfScales, layout.ZeroPoints)].Value;

    /// <summary>Writes the products of rows with some tiles' outputs.</summary>
    /// <param name="layout">How the tiles are laid out.</param>
    /// <param name="tiles">Tile 0.</param>
    /// <param name="x">The rows.</param>
    /// <param name="rowCount">How many.</param>
    /// <param name="y">Row 0's output 0.</param>
    /// <param name="yRowStride">Floats from row to row.</param>
    /// <param name="fromTile">First tile.</param>
    /// <param name="toTile">One past the last.</param>
    public void Multiply(BlockQuantizedLayout layout, byte* tiles, in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile)
    {
        long rowBytes = (long)layout.GroupCount * Activations.GroupSize * Activations.RowsTogether;
        int together = (int)Math.Max(1, RowBytesTogether / rowBytes) * Activations.RowsTogether;
        for (int from = 0; from < rowCount; from += together)
        {
            int to = Math.Min(rowCount, from + together);
            for (int tile = fromTile; tile < toTile; tile++)
                MultiplyTile(layout, tiles + (tile * layout.TileBytes), x, from, to, y + (tile * WeightMatrix.TileSize), yRowStride, layout.OutputCount - (tile * WeightMatrix.TileSize));
        }
    }

    private void MultiplyTile(BlockQuantizedLayout layout, byte* tile, in Activations x, int fromRow, int toRow, float* y, long yRowStride, int outputs)
    {
        // Computed beside the result, which has no room for 16 outputs of a tile with fewer.
        float* whole = stackalloc float[Activations.RowsTogether * WeightMatrix.TileSize];
        bool partial = outputs < WeightMatrix.TileSize;
        var arguments = new DotProductArguments
        {
            Codes = tile + layout.CodeOffset,
            CodesEnd = tile + layout.TileBytes,
            Scales = tile,
            BlockBytes = (long)layout.BlockSize / Activations.GroupSize * layout.GroupBytes,
            YRowBytes = (partial ? WeightMatrix.TileSize : yRowStride) * sizeof(float),
            LowHalves = 0x0F0F0F0F,
            Eighth = 0.125f,
        };
        for (int row = fromRow; row < toRow; row += Activations.RowsTogether)
        {
            int rows = Math.Min(Activations.RowsTogether, toRow - row);
            float* target = y + (row * yRowStride);
            arguments.ZeroPoints = tile + layout.ZeroPointOffset;
            arguments.Rows = x.Rows(row);
            arguments.Y = partial ? whole : target;

            // Over within microseconds: nobody who collects garbage waits for it, and telling the collector would cost more.
            ((delegate* unmanaged[SuppressGCTransition]<DotProductArguments*, void>)_functions[rows - 1])(&arguments);
            for (int r = 0; partial && r < rows; r++)
                new ReadOnlySpan<float>(whole + (r * WeightMatrix.TileSize), outputs).CopyTo(new Span<float>(target + (r * yRowStride), outputs));
        }
    }

    private static DotProductKernels? Make(int bits, bool halfScales, ZeroPointKind zeroPoints)
    {
        if (!IsSupported) return null;
        nint[] functions = [.. Enumerable.Range(1, Activations.RowsTogether).Select(rows => CodePages.Take(new DotProductCode(bits, halfScales, zeroPoints, rows).Write()))];
        return functions.Contains(0) ? null : new DotProductKernels(functions);
    }
}
