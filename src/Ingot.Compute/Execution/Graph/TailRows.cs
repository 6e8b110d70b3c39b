using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution.Graph;

/// <summary>
/// Only attention mixes tokens. So what follows the last attention is needed for those rows alone whose logits are wanted:
/// of a long prompt, for one row instead of all.
/// </summary>
internal sealed class TailRows
{
    private readonly List<Operation> _operations;
    private readonly HashSet<object> _writtenBefore = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<RowBuffer, RowBuffer> _gathered = [];

    private TailRows(List<Operation> operations, int tailStart)
    {
        _operations = operations.GetRange(0, tailStart);
        foreach (var access in _operations.SelectMany(operation => operation.Accesses))
            _writtenBefore.Add(access.Resource);
    }

    /// <summary>The operations with those behind the last attention made to work on wanted rows.</summary>
    public static List<Operation> Split(List<Operation> operations)
    {
        var tailStart = operations.FindLastIndex(operation => operation is AttentionOperation or BidirectionalAttentionOperation) + 1;
        var tail = new TailRows(operations, tailStart);
        foreach (var operation in operations.Skip(tailStart))
            tail.Add(operation);
        return tail._operations;
    }

    private void Add(Operation operation)
    {
        operation.IsTail = true;
        if (operation is ProductOperation { Quantized: { } quantized } product && _writtenBefore.Contains(quantized))
        {
            // Its 8-bit input is of all rows: made again of the wanted ones.
            product.ReplaceBuffer(product.Input.Buffer, Gathered(product.Input.Buffer));
            var again = new QuantizedRows(quantized.Width);
            _operations.Add(new QuantizeOperation(product.Input, again, byColumns: false) { IsTail = true });
            product.ReplaceQuantized(again);
        }

        foreach (var buffer in operation.Accesses.Select(access => access.Resource).OfType<RowBuffer>().Distinct().ToList())
        {
            if (_writtenBefore.Contains(buffer))
                operation.ReplaceBuffer(buffer, Gathered(buffer));
        }

        _operations.Add(operation);
    }

    private RowBuffer Gathered(RowBuffer buffer)
    {
        if (!_gathered.TryGetValue(buffer, out var rows))
        {
            _gathered[buffer] = rows = new RowBuffer(buffer.Width);
            _operations.Add(new GatherRowsOperation(RowsValue.Of(buffer), RowsValue.Of(rows)));
        }

        return rows;
    }
}
