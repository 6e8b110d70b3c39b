using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Experts;

/// <summary>Some outputs of every expert's matrix.</summary>
/// <param name="Weights">[experts, rows, inputs] of floats or packed codes.</param>
/// <param name="Scales">[experts, rows, blocks], or [experts, rows]; null for floats.</param>
/// <param name="ZeroPoints">The like, packed; null for the middle of the range.</param>
/// <param name="RowCount">Rows of an expert in these tensors.</param>
/// <param name="FirstRow">The first of them that is one of these outputs.</param>
/// <param name="RowStep">From one output to the next: 2 where others lie between.</param>
/// <param name="OutputCount">Outputs.</param>
internal sealed record ExpertPart(
    OnnxTensor Weights, OnnxTensor? Scales, OnnxTensor? ZeroPoints, int RowCount, int FirstRow, int RowStep, int OutputCount);

/// <summary>Where the matrices of a layer's experts come from.</summary>
/// <param name="Parts">What is stacked by outputs.</param>
/// <param name="ExpertCount">Experts.</param>
/// <param name="InputCount">Inputs.</param>
/// <param name="Bits">Bits of a code; 0 for floats.</param>
/// <param name="BlockSize">Inputs that share a scale; 0 for all of a row, and for floats.</param>
internal sealed record ExpertSource(IReadOnlyList<ExpertPart> Parts, int ExpertCount, int InputCount, int Bits, int BlockSize)
{
    /// <summary>All tensors they are made of.</summary>
    public IEnumerable<OnnxTensor> Tensors => Parts.SelectMany(part => new[] { part.Weights, part.Scales, part.ZeroPoints }).OfType<OnnxTensor>();
}

/// <summary>The matrices of a layer's experts; packed after the whole graph has been understood.</summary>
internal sealed unsafe class ExpertSlot(ExpertSource source) : IDisposable
{
    // A row with one scale is taken as blocks of this size that share it.
    private const int RowWiseBlock = 256;

    private readonly WeightMatrix[] _matrices = new WeightMatrix[source.ExpertCount];

    public ExpertSource Source => source;

    public IReadOnlyList<WeightMatrix> Matrices => _matrices;

    public long ByteLength => _matrices.Sum(matrix => matrix.ByteLength);

    /// <summary>The experts' matrices, one by one.</summary>
    /// <param name="count">Told their bytes.</param>
    public IEnumerable<WeightPiece> Pieces(Action<long> count) => Enumerable.Range(0, _matrices.Length).Select(expert => Piece(expert, count));

    public void Dispose()
    {
        foreach (var matrix in _matrices)
            matrix?.Dispose();
    }

    private WeightPiece Piece(int expert, Action<long> count)
    {
        List<NativeBuffer<byte>> spread = [];
        try
        {
            var packing = Prepare(expert, spread);
            return new WeightPiece(source.Parts[0].Weights, packing, source.Tensors.Distinct().Sum(tensor => tensor.ByteLength / source.ExpertCount), Claimed, spread);

            void Claimed()
            {
                _matrices[expert] = packing.Matrix;
                count(packing.Matrix.ByteLength);
            }
        }
        catch (IngotException e)
        {
            spread.ForEach(buffer => buffer.Dispose());
            if (WeightPieces.IsAboutSource(e))
                throw WeightPieces.Named(e, source.Parts[0].Weights);
            throw;
        }
    }

    private MatrixPacking Prepare(int expert, List<NativeBuffer<byte>> spread)
    {
        if (source.Bits == 0)
            return new FloatPacking(source.InputCount, [.. source.Parts.Select(part => Floats(part, expert))]);
        var blockSize = source.BlockSize == 0 ? RowWiseBlock : source.BlockSize;
        return new BlockQuantizedPacking(source.Bits, blockSize, source.InputCount, [.. source.Parts.Select(part => Quantized(part, expert, blockSize, spread))]);
    }

    private FloatPart Floats(ExpertPart part, int expert)
    {
        var all = (long)part.RowCount * source.InputCount;
        var first = (long)part.FirstRow * source.InputCount;
        return new FloatPart
        {
            OutputCount = part.OutputCount,
            Weights = Some(part.Weights, (expert * all) + first, all - first),
            Transposed = true,
            RowStep = part.RowStep,
        };
    }

    private BlockQuantizedPart Quantized(ExpertPart part, int expert, int blockSize, List<NativeBuffer<byte>> spread)
    {
        var rowBytes = (long)source.InputCount * source.Bits / 8;
        var blocks = (source.InputCount + blockSize - 1) / blockSize;
        var rows = part.RowCount - part.FirstRow;
        var row = ((long)expert * part.RowCount) + part.FirstRow;
        var zeroBytes = ((blocks * source.Bits) + 7) / 8;
        var isRowWise = source.BlockSize == 0;
        return new BlockQuantizedPart
        {
            OutputCount = part.OutputCount,
            Weights = Some(part.Weights, row * rowBytes, rows * rowBytes),
            RowBytes = rowBytes,
            RowStep = part.RowStep,
            Scales = isRowWise ? SpreadScales(part, row, rows, blocks, spread) : Some(part.Scales!, row * blocks, (long)rows * blocks),
            ZeroPoints = part.ZeroPoints is null ? null
                : isRowWise ? SpreadZeroPoints(part, expert, rows, zeroBytes, spread) : Some(part.ZeroPoints, row * zeroBytes, (long)rows * zeroBytes),
        };
    }

    private static SourceTensor SpreadScales(ExpertPart part, long row, int rows, int blocks, List<NativeBuffer<byte>> spread)
    {
        var buffer = new NativeBuffer<byte>((long)rows * blocks * sizeof(float));
        spread.Add(buffer);
        using var desk = new SourceDesk();
        var given = Whole(Some(part.Scales!, row, rows), desk);
        for (var i = 0; i < rows; i++)
            new Span<float>((float*)buffer.Pointer + ((long)i * blocks), blocks).Fill(given[i]);
        return new SourceTensor(buffer.Pointer, (long)rows * blocks * sizeof(float), ElementType.Float32);
    }

    // One for each row, those of an expert packed side by side.
    private SourceTensor SpreadZeroPoints(ExpertPart part, int expert, int rows, int zeroBytes, List<NativeBuffer<byte>> spread)
    {
        var buffer = new NativeBuffer<byte>((long)rows * zeroBytes);
        spread.Add(buffer);
        var expertBytes = ((part.RowCount * source.Bits) + 7) / 8;
        using var desk = new SourceDesk();
        var given = Whole(part.ZeroPoints!.View(ElementType.UInt8).Slice((long)expert * expertBytes, expertBytes), desk).Pointer;
        for (var i = 0; i < rows; i++)
        {
            var index = part.FirstRow + i;
            var zero = source.Bits == 8 ? given[index] : (given[index / 2] >> (index % 2 * 4)) & 15;
            new Span<byte>(buffer.Pointer + ((long)i * zeroBytes), zeroBytes).Fill((byte)(source.Bits == 8 ? zero : zero * 17));
        }

        return new SourceTensor(buffer.Pointer, (long)rows * zeroBytes, ElementType.UInt8);
    }

    private static SourceTensor Some(OnnxTensor tensor, long first, long count) => WeightPieces.View(tensor).Slice(first, count);

    private static SourceTensor Whole(SourceTensor source, SourceDesk desk) => source.Bring(desk, 0, source.ByteLength);
}
