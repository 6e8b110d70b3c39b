using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Operations;

/// <summary>What a norm is made of besides its rows.</summary>
internal sealed record NormParameters
{
    /// <summary>[group].</summary>
    public required NativeBuffer<float> Weight { get; init; }

    /// <summary>[group]; null for none. Only the layer norm has one.</summary>
    public NativeBuffer<float>? Bias { get; init; }

    /// <summary>False: root mean square. True: mean taken away first.</summary>
    public required bool IsLayerNorm { get; init; }

    public required float Epsilon { get; init; }

    /// <summary>Numbers that are normalised together; a row holds a whole number of such groups.</summary>
    public required int Group { get; init; }
}

/// <summary>A norm of each row (or each head of it), with the skip connection before it where there is one.</summary>
internal sealed unsafe class NormOperation : Operation
{
    private readonly NormParameters _norm;
    private readonly NativeBuffer<float>? _skipBias;
    private readonly RowsValue? _sum;
    private RowsValue _output;
    private RowsValue _input;
    private RowsValue? _skip;

    // skip: Added to the input before the norm; with it goes 'sum', where input + skip is kept.
    public NormOperation(NormParameters norm, RowsValue input, RowsValue output, RowsValue? skip = null, NativeBuffer<float>? skipBias = null, RowsValue? sum = null)
    {
        _norm = norm;
        _input = input;
        _output = output;
        _skip = skip;
        _skipBias = skipBias;
        _sum = sum;
        Reads(input);
        Writes(output);
        if (skip is not null)
            Reads(skip);
        if (sum is not null)
            Writes(sum);
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.RowCount(IsTail), share, shareCount);
        for (var row = rows.From; row < rows.To; row++)
        {
            var x = _input.At(row);
            if (_skip is not null)
                x = AddSkip(x, row);
            NormGroups(x, _output.At(row));
        }
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _input = _input.With(from, to);
        _skip = _skip?.With(from, to);
        _output = _output.With(from, to);
    }

    private float* AddSkip(float* x, int row)
    {
        var sum = _sum!.At(row);
        RowOps.Add(x, _skip!.At(row), sum, _input.Width);
        if (_skipBias is not null)
            RowOps.Add(sum, _skipBias.Pointer, sum, _input.Width);
        return sum;
    }

    private void NormGroups(float* x, float* y)
    {
        for (var i = 0; i < _input.Width; i += _norm.Group)
        {
            if (_norm.IsLayerNorm)
                RowOps.LayerNorm(x + i, _norm.Weight.Pointer, _norm.Bias is null ? null : _norm.Bias.Pointer, y + i, _norm.Group, _norm.Epsilon);
            else
                RowOps.RmsNorm(x + i, _norm.Weight.Pointer, y + i, _norm.Group, _norm.Epsilon);
        }
    }
}
