using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Operations;

/// <summary>Rows times a matrix of weights, and a bias where there is one.</summary>
internal sealed unsafe class ProductOperation : Operation
{
    private readonly MatrixSlot _matrix;
    private readonly RowsValue _output;
    private QuantizedRows? _quantized;
    private RowsValue _input;

    // quantized: The 8-bit form of the input, where the matrix wants it.
    public ProductOperation(MatrixSlot matrix, RowsValue input, QuantizedRows? quantized, RowsValue output)
    {
        _matrix = matrix;
        _input = input;
        _quantized = quantized;
        _output = output;
        if (quantized is null)
            Reads(input, divided: false);
        else
            Touches(quantized, quantized.Width, divided: false, write: false);
        Writes(output);
    }

    /// <summary>[outputs], added to every row; null for none.</summary>
    public NativeBuffer<float>? Bias { get; set; }

    public MatrixSlot Matrix => _matrix;

    public RowsValue Input => _input;

    public RowsValue Output => _output;

    public QuantizedRows? Quantized => _quantized;

    public override Division Division => Division.Columns;

    public override OperationKind Kind => OperationKind.Product;

    public override int DividedWidth => _output.Width;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rowCount = step.RowCount(IsTail);
        var columns = Share.OfColumns(_output.Width, share, shareCount);
        if (columns.From == columns.To)
            return;

        var matrix = _matrix.Matrix;
        var x = _quantized is null
            ? new Activations(_input.At(0), _input.Buffer.Width, _input.Width, null, null, null, null)
            : _quantized.Memory.View(_input.At(0), _input.Buffer.Width, rowCount, _input.Width);
        matrix.Multiply(x, rowCount, _output.At(0), _output.Buffer.Width, TileAt(columns.From), TileAt(columns.To));
        if (Bias is null)
            return;
        for (var row = 0; row < rowCount; row++)
        {
            var y = _output.At(row) + columns.From;
            RowOps.Add(y, Bias.Pointer + columns.From, y, columns.To - columns.From);
        }
    }

    public override WeightsAhead Ahead(StepContext step, int fromShare, int toShare, int shareCount)
    {
        if (step.RowCount(IsTail) == 0)
            return default;
        var from = Share.OfColumns(_output.Width, fromShare, shareCount).From;
        var to = Share.OfColumns(_output.Width, toShare - 1, shareCount).To;
        return new WeightsAhead(_matrix.Matrix.Tile(TileAt(from)), _matrix.Matrix.Tile(TileAt(to)));
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _input = _input.With(from, to);
    }

    /// <summary>Takes the 8-bit form of its input from elsewhere.</summary>
    public void ReplaceQuantized(QuantizedRows quantized)
    {
        ReplaceResource(_quantized!, quantized);
        _quantized = quantized;
    }

    // The last may be partial.
    private static int TileAt(int column) => (column + WeightMatrix.TileSize - 1) / WeightMatrix.TileSize;
}
