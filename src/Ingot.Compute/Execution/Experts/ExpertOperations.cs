using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Experts;

/// <summary>Brings tokens to the slots of their experts, in the form that the first product takes.</summary>
internal sealed unsafe class DispatchOperation : SlotOperation
{
    private readonly ExpertRows _output;
    private RowsValue _input;

    public DispatchOperation(ExpertRoutes routes, RowsValue input, ExpertRows output)
        : base(routes)
    {
        _input = input;
        _output = output;
        Touches(routes.TokenOfSlot, 0, divided: false, write: false);
        Reads(input, divided: false);
        Touches(output.Resource, output.Width, divided: false, write: true);
    }

    protected override int Width => _input.Width;

    protected override void Execute(in ExpertRun run, int fromColumn, int toColumn)
    {
        for (var slot = run.FirstSlot; slot < run.FirstSlot + run.TokenCount; slot++)
        {
            var x = _input.At(Routes.Tokens[slot]) + fromColumn;
            if (_output.Quantized is not null)
            {
                ActivationQuantizer.QuantizeRow(x, toColumn - fromColumn, _output.Place(slot, fromColumn), KernelForms.Best);
            }
            else
            {
                var bytes = (long)(toColumn - fromColumn) * sizeof(float);
                Buffer.MemoryCopy(x, _output.Floats!.Pointer + ((long)slot * _output.Floats.Width) + fromColumn, bytes, bytes);
            }
        }
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _input = _input.With(from, to);
    }
}

/// <summary>Each expert's rows times its matrix, and its bias where there is one.</summary>
internal sealed unsafe class ExpertProductOperation : SlotOperation
{
    private readonly ExpertSlot _experts;
    private readonly NativeBuffer<float>? _biases;
    private readonly ExpertRows _input;
    private readonly RowBuffer _output;

    // biases: [experts, outputs]; null for none.
    public ExpertProductOperation(ExpertRoutes routes, ExpertSlot experts, NativeBuffer<float>? biases, ExpertRows input, RowBuffer output)
        : base(routes)
    {
        _experts = experts;
        _biases = biases;
        _input = input;
        _output = output;
        Touches(input.Resource, input.Width, divided: false, write: false);
        Touches(output, output.Width, divided: false, write: true);
    }

    protected override int Width => _output.Width;

    protected override void Execute(in ExpertRun run, int fromColumn, int toColumn)
    {
        var matrix = _experts.Matrices[run.Expert];
        var y = _output.Pointer + ((long)run.FirstSlot * _output.Width);
        var toTile = (toColumn + WeightMatrix.TileSize - 1) / WeightMatrix.TileSize;
        matrix.Multiply(_input.Of(run), run.TokenCount, y, _output.Width, fromColumn / WeightMatrix.TileSize, toTile);
        if (_biases is null)
            return;
        var bias = _biases.Pointer + ((long)run.Expert * _output.Width) + fromColumn;
        for (var row = 0; row < run.TokenCount; row++)
        {
            var place = y + ((long)row * _output.Width) + fromColumn;
            RowOps.Add(place, bias, place, toColumn - fromColumn);
        }
    }
}

/// <summary>What happens between an expert's two products: its function, its gate, and the form that the second product takes.</summary>
internal sealed unsafe class ExpertActivationOperation : SlotOperation
{
    private readonly ExpertActivation _activation;
    private readonly RowBuffer _input;
    private readonly ExpertRows _output;

    // input: [slot, inner], or [slot, gates then ups] where there are gates; the result is written over it.
    // output: The same buffer, or the 8-bit form of the result.
    public ExpertActivationOperation(ExpertRoutes routes, ExpertActivation activation, RowBuffer input, ExpertRows output)
        : base(routes)
    {
        _activation = activation;
        _input = input;
        _output = output;
        Touches(input, input.Width, divided: false, write: true);
        if (output.Quantized is not null)
            Touches(output.Quantized, output.Width, divided: false, write: true);
    }

    protected override int Width => _output.Width;

    protected override void Execute(in ExpertRun run, int fromColumn, int toColumn)
    {
        var count = toColumn - fromColumn;
        for (var slot = run.FirstSlot; slot < run.FirstSlot + run.TokenCount; slot++)
        {
            var gate = _input.Pointer + ((long)slot * _input.Width) + fromColumn;
            var up = _input.Width > _output.Width ? gate + _output.Width : null;
            _activation.Apply(gate, up, gate, count);
            if (_output.Quantized is not null)
                ActivationQuantizer.QuantizeRow(gate, count, _output.Place(slot, fromColumn), KernelForms.Best);
        }
    }
}
