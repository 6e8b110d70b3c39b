using System.Numerics;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Rows as bytes times the copy of a matrix, and a bias where there is one.</summary>
internal sealed unsafe class WideProductOperation : Operation
{
    /// <summary>The most rows of one product: enough that weights are read for many, few enough that the sums stay in the core's cache.</summary>
    public const int MostRows = 128;

    private readonly WideMatrix _matrix;
    private readonly WideRows _input;
    private readonly RowsValue _output;
    private readonly NativeBuffer<float>? _bias;
    private readonly WideScratch _scratch;

    public WideProductOperation(WideMatrix matrix, WideRows input, RowsValue output, NativeBuffer<float>? bias, WideScratch scratch)
    {
        _matrix = matrix;
        _input = input;
        _output = output;
        _bias = bias;
        _scratch = scratch;
        Reads(RowsValue.Of(input.Coarse), divided: false);
        Reads(RowsValue.Of(input.Fine), divided: false);
        Reads(RowsValue.Of(input.Scales), divided: false);
        Writes(output);
    }

    public override Division Division => Division.Other;

    public override OperationKind Kind => OperationKind.Product;

    public override int PieceCount(StepContext step) => Blocks(step.TokenCount) * _matrix.Parts.Count;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var blocks = Blocks(step.TokenCount);
        // Neighbours have the weights in common.
        var pieces = Share.OfRows(blocks * _matrix.Parts.Count, share, shareCount);
        for (var piece = pieces.From; piece < pieces.To; piece++)
            Multiply(_matrix.Parts[piece / blocks], Share.OfRows(step.TokenCount, piece % blocks, blocks));
    }

    private static int Blocks(int rowCount) => (rowCount + MostRows - 1) / MostRows;

    private void Multiply(WideMatrixPart part, Share rows)
    {
        var lane = _scratch.Take();
        try
        {
            var sums = _scratch.Sums(lane);
            Multiply(part, _input.CoarseAt(rows.From), rows, sums);
            for (var row = rows.From; row < rows.To; row++, sums += part.OutputCount)
                Scale(sums, _input.ScaleOf(row), part, _output.At(row), adds: false);
            if (_input.AnyFine(rows.From, rows.To))
                AddFine(part, rows, _scratch.Sums(lane));
        }
        finally
        {
            _scratch.Return(lane);
        }

        if (_bias is null)
            return;
        for (var row = rows.From; row < rows.To; row++)
        {
            var y = _output.At(row) + part.FirstOutput;
            Kernels.RowOps.Add(y, _bias.Pointer + part.FirstOutput, y, part.OutputCount);
        }
    }

    private void Multiply(WideMatrixPart part, byte* codes, Share rows, int* sums)
    {
        var count = rows.To - rows.From;
        part.Product.Multiply(new ReadOnlySpan<byte>(codes, count * _input.ByteCount), count, new Span<int>(sums, count * part.OutputCount));
    }

    private void AddFine(WideMatrixPart part, Share rows, int* sums)
    {
        Multiply(part, _input.FineAt(rows.From), rows, sums);
        for (var row = rows.From; row < rows.To; row++, sums += part.OutputCount)
        {
            // The others' bytes mean nothing.
            if (_input.FineScaleOf(row) is > 0 and var scale)
                Scale(sums, scale, part, _output.At(row), adds: true);
        }
    }

    private void Scale(int* sums, float scale, WideMatrixPart part, float* outputs, bool adds)
    {
        var y = outputs + part.FirstOutput;
        var weights = _matrix.Scales + part.FirstOutput;
        var i = 0;
        for (; i <= part.OutputCount - Vector<float>.Count; i += Vector<float>.Count)
        {
            var product = Vector.ConvertToSingle(Vector.Load(sums + i)) * (Vector.Load(weights + i) * scale);
            Vector.Store(adds ? Vector.Load(y + i) + product : product, y + i);
        }

        for (; i < part.OutputCount; i++)
        {
            var product = sums[i] * (weights[i] * scale);
            y[i] = adds ? y[i] + product : product;
        }
    }
}
