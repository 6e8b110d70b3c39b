using Ingot.Compute.Execution.Experts;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Execution.Experts;

public sealed unsafe class SlotOperationTests
{
    /// <summary>A member who is late asks when the runs' memory may be another buffer's already; with another answer it would take shares that there are not.</summary>
    [Theory]
    [InlineData(1, 2 * 3)]
    [InlineData(3, 6 * 3)]
    [InlineData(50, 8 * 3)]
    public void The_number_of_pieces_does_not_hang_on_what_is_in_memory(int tokens, int expected)
    {
        var routes = new ExpertRoutes(new ExpertShape(8, 2, ExpertWeighing.OfAll));
        using var runs = new NativeBuffer<float>(routes.Runs.Width);
        routes.Runs.Pointer = runs.Pointer;
        var rows = new RowBuffer(96);
        var operation = new DispatchOperation(routes, RowsValue.Of(rows), new ExpertRows(rows, null, 96));
        using var step = new StepContext(64);
        step.Pretend(tokens);

        foreach (int count in (int[])[0, 1, 5, 1_000_000, -1])
        {
            *(int*)runs.Pointer = count;
            Assert.Equal(expected, operation.PieceCount(step));
        }
    }
}
