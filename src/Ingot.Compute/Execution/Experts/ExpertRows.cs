using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Kernels;

namespace Ingot.Compute.Execution.Experts;

/// <summary>Rows of slots as a product takes them: floats, or 8 bits alone.</summary>
/// <param name="Floats">Where the floats are; null where only the 8-bit form is kept.</param>
/// <param name="Quantized">The 8-bit form; null for products of floats.</param>
/// <param name="Width">Numbers of a row.</param>
internal sealed unsafe record ExpertRows(RowBuffer? Floats, QuantizedRows? Quantized, int Width)
{
    /// <summary>One expert's rows.</summary>
    public Activations Of(in ExpertRun run)
    {
        var floats = Floats is null ? null : Floats.Pointer;
        var stride = Floats?.Width ?? 0;
        var all = Quantized is null
            ? new Activations(floats, stride, Width, null, null, null, null)
            : Quantized.Memory.View(floats, stride, run.FirstSlot + run.TokenCount, Width);
        return all.From(run.FirstSlot);
    }

    /// <summary>Where some columns of a slot's 8-bit form go.</summary>
    public ActivationRows Place(int slot, int fromColumn) =>
        Quantized!.Memory.View(null, 0, slot + 1, Width).Rows(slot).Skip(fromColumn / Activations.GroupSize);

    /// <summary>What an operation reads or writes of it.</summary>
    public object Resource => (object?)Quantized ?? Floats!;
}
