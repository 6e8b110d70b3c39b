using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution.Wide;

/// <summary>A program for steps of many rows: the products that have a wide form, in that form, and all else as it is.</summary>
internal static class WideProgram
{
    /// <summary>The matrices that would have a copy: of quantised weights, and multiplied with all rows of a step.</summary>
    public static IReadOnlyList<MatrixSlot> Candidates(IEnumerable<Operation> operations) =>
        [.. operations.OfType<ProductOperation>().Where(IsCandidate).Select(product => product.Matrix).Distinct()];

    /// <summary>The operations, in an order in which they can run.</summary>
    public static List<Operation> Of(IReadOnlyList<Operation> operations, IReadOnlyDictionary<MatrixSlot, WideMatrix> matrices, WideScratch scratch)
    {
        bool IsWide(Operation operation) => operation is ProductOperation product && IsCandidate(product) && matrices.ContainsKey(product.Matrix);
        var stillRead = operations
            .Where(operation => operation is not QuantizeOperation && !IsWide(operation))
            .SelectMany(operation => operation.Accesses)
            .Select(access => access.Resource)
            .OfType<QuantizedRows>()
            .ToHashSet();
        var wide = operations.Where(IsWide).Cast<ProductOperation>().Select(product => product.Quantized!).Distinct().ToDictionary(rows => rows, rows => new WideRows(rows.Width));
        List<Operation> program = [];
        foreach (var operation in operations)
        {
            if (operation is QuantizeOperation quantize)
            {
                if (wide.TryGetValue(quantize.Output, out var rows))
                    program.Add(new WideQuantizeOperation(quantize.Input, rows));
                if (rows is null || stillRead.Contains(quantize.Output))
                    program.Add(operation);
            }
            else if (IsWide(operation))
            {
                var product = (ProductOperation)operation;
                program.Add(new WideProductOperation(matrices[product.Matrix], wide[product.Quantized!], product.Output, product.Bias, scratch));
            }
            else
            {
                program.Add(operation);
            }
        }

        return program;
    }

    private static bool IsCandidate(ProductOperation product) =>
        product is { IsTail: false, Quantized: not null } && product.Matrix.Source is { Bits: > 0, InputCount: <= WideMatrix.MostInputs };
}
