namespace Ingot.Compute.Onnx.Inspection;

/// <summary>What shapes come to that a graph computes of constants: the operators exporters use for that, on few whole numbers.</summary>
internal static class ConstantIntegers
{
    /// <summary>A node's result, if it is few whole numbers and each of its inputs is.</summary>
    /// <param name="node">The node, of the standard's own operators.</param>
    /// <param name="inputs">Its inputs; null where one is left out.</param>
    /// <param name="size">Its result's size.</param>
    public static long[]? Of(NodeProto node, Constant?[] inputs, Constant size)
    {
        if (size.Count > Constant.MostIntegers || inputs is not [{ Integers: { } first }, ..])
            return null;
        return node.OpType switch
        {
            "Cast" => node.Attribute.FirstOrDefault(attribute => attribute.Name is "to")?.I is (long)OnnxDataType.Int64 or (long)OnnxDataType.Int32 or (long)OnnxDataType.Bool ? first : null,
            "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" => first,
            "Neg" => [.. first.Select(value => unchecked(-value))],
            "Concat" => Array.TrueForAll(inputs, input => input?.Integers is not null) ? [.. inputs.SelectMany(input => input!.Integers!)] : null,
            "ReduceProd" => [first.Aggregate(1L, (product, value) => unchecked(product * value))],
            "ReduceSum" when size.Count == 1 => [first.Aggregate(0L, (sum, value) => unchecked(sum + value))],
            "Gather" => inputs is [{ Dims.Length: 1 }, { Integers: { } places }] ? Taken(first, places) : null,
            "Tile" or "Expand" => first.Length == 1 ? [.. Enumerable.Repeat(first[0], (int)size.Count)] : null,
            "Where" => inputs is [_, { Integers: { } yes }, { Integers: { } no }] ? Zip(first, yes, no, size, (condition, left, right) => condition != 0 ? left : right) : null,
            _ => inputs is [_, { Integers: { } second }] ? Zip(first, first, second, size, Operation(node.OpType)) : null,
        };
    }

    private static Func<long, long, long, long>? Operation(string op) => op switch
    {
        "Add" => (_, left, right) => unchecked(left + right),
        "Sub" => (_, left, right) => unchecked(left - right),
        "Mul" => (_, left, right) => unchecked(left * right),
        "Div" => (_, left, right) => right is 0 or -1 ? unchecked(-left) : left / right,
        "Max" => (_, left, right) => Math.Max(left, right),
        "Min" => (_, left, right) => Math.Min(left, right),
        "Equal" => (_, left, right) => left == right ? 1 : 0,
        _ => null,
    };

    // Of numbers in a row, or one beside them.
    private static long[]? Zip(long[] first, long[] second, long[] third, Constant size, Func<long, long, long, long>? operation)
    {
        var count = (int)size.Count;
        if (operation is null || !new[] { first, second, third }.All(values => values.Length == 1 || values.Length == count))
            return null;
        return [.. Enumerable.Range(0, count).Select(i => operation(At(first, i), At(second, i), At(third, i)))];
    }

    private static long At(long[] values, int place) => values[values.Length == 1 ? 0 : place];

    private static long[]? Taken(long[] values, long[] places) =>
        Array.TrueForAll(places, place => place >= -values.Length && place < values.Length)
            ? [.. places.Select(place => values[place < 0 ? place + values.Length : place])]
            : null;
}
