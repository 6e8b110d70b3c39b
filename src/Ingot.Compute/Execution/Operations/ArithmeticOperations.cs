using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Operations;

/// <summary>The four operations of arithmetic.</summary>
internal enum Arithmetic
{
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// <summary>Rows with rows.</summary>
internal sealed unsafe class RowArithmeticOperation(Arithmetic kind, RowsValue first, RowsValue second, RowsValue output)
    : ElementwiseOperation(first, second, output)
{
    protected override void Compute(float* x, float* z, float* y, int column, int count)
    {
        if (kind == Arithmetic.Add)
            RowOps.Add(x, z, y, count);
        else if (kind == Arithmetic.Multiply)
            RowOps.Multiply(x, z, y, count);
        else if (kind == Arithmetic.Subtract)
            for (var i = 0; i < count; i++)
                y[i] = x[i] - z[i];
        else
            for (var i = 0; i < count; i++)
                y[i] = x[i] / z[i];
    }
}

/// <summary>Rows, each times a number of its own.</summary>
// factors: [row, 1].
internal sealed unsafe class RowScaleOperation : Operation
{
    private RowsValue _rows;
    private RowsValue _factors;
    private RowsValue _output;

    public RowScaleOperation(RowsValue rows, RowsValue factors, RowsValue output)
    {
        _rows = rows;
        _factors = factors;
        _output = output;
        Reads(rows);
        Reads(factors, divided: false);
        Writes(output);
    }

    public override Division Division => Division.Columns;

    public override int DividedWidth => _output.Width;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var columns = Share.OfColumns(_output.Width, share, shareCount);
        var rowCount = step.RowCount(IsTail);
        for (var row = 0; row < rowCount; row++)
            RowOps.Scale(_rows.At(row) + columns.From, *_factors.At(row), _output.At(row) + columns.From, columns.To - columns.From);
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _rows = _rows.With(from, to);
        _factors = _factors.With(from, to);
        _output = _output.With(from, to);
    }
}

/// <summary>Rows with the same constants for every row, one a column.</summary>
// constants: [output width].
// reversed: Whether the constants come first: c − x, c ÷ x.
internal sealed unsafe class ConstantArithmeticOperation(Arithmetic kind, RowsValue input, NativeBuffer<float> constants, bool reversed, RowsValue output)
    : ElementwiseOperation(input, second: null, output)
{
    protected override void Compute(float* x, float* z, float* y, int column, int count)
    {
        var c = constants.Pointer + column;
        if (kind == Arithmetic.Add)
            RowOps.Add(x, c, y, count);
        else if (kind == Arithmetic.Multiply)
            RowOps.Multiply(x, c, y, count);
        else if (kind == Arithmetic.Subtract)
            for (var i = 0; i < count; i++)
                y[i] = reversed ? c[i] - x[i] : x[i] - c[i];
        else
            for (var i = 0; i < count; i++)
                y[i] = reversed ? c[i] / x[i] : x[i] / c[i];
    }
}

/// <summary>A function of each number, or of each number times another.</summary>
// up: Multiplied with the function's result; null for none.
internal sealed unsafe class ActivationOperation(ActivationFunction function, RowsValue input, RowsValue? up, RowsValue output)
    : ElementwiseOperation(input, up, output)
{
    public ActivationFunction Function => function;

    public RowsValue Input => First;

    public RowsValue Result => Output;

    public bool IsGated => Second is not null;

    protected override void Compute(float* x, float* z, float* y, int column, int count)
    {
        if (z == null)
            RowOps.Apply(function, x, y, count);
        else
            RowOps.ApplyGated(function, x, z, y, count);
    }
}
