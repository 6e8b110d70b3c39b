namespace Ingot.Compute.Onnx.Inspection;

/// <summary>What is known of a value that a graph computes of constants alone.</summary>
/// <param name="Dims">Its dimensions; null when only their product is known.</param>
/// <param name="Count">Its elements, or more.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
internal sealed record Constant(long[]? Dims, long Count, int ElementBytes)
{
    /// <summary>Whole numbers beyond this many are no shape, and are not followed.</summary>
    public const int MostIntegers = 1024;

    /// <summary>Its elements, where they are few whole numbers; else null.</summary>
    public long[]? Integers { get; init; }

    /// <summary>Its bytes, or more.</summary>
    public Int128 Bytes => (Int128)Count * ElementBytes;

    /// <summary>A value of given dimensions.</summary>
    public static Constant Of(long[] dims, int elementBytes) => new(dims, Product(dims), elementBytes);

    /// <summary>A list of whole numbers, or one by itself.</summary>
    public static Constant OfIntegers(long[] values, bool isScalar = false) => new(isScalar ? [] : [values.Length], values.Length, sizeof(long)) { Integers = values };

    /// <summary>The product of dimensions, or more than any memory has.</summary>
    public static long Product(ReadOnlySpan<long> dims)
    {
        Int128 product = 1;
        foreach (var dim in dims)
            product = Int128.Min(product * Math.Max(0, dim), long.MaxValue);
        return (long)product;
    }
}
