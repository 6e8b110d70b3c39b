using System.Numerics;

namespace Ingot.Engine.Embedding;

/// <summary>One row from many. The same numbers give the same bits, whoever calls.</summary>
internal static class Pooling
{
    /// <summary>The mean of some rows.</summary>
    /// <param name="rows">[count, width], row-major; at least one row.</param>
    /// <param name="mean">Receives [width].</param>
    public static void Mean(ReadOnlySpan<float> rows, Span<float> mean)
    {
        var count = rows.Length / mean.Length;
        rows[..mean.Length].CopyTo(mean);
        for (var row = 1; row < count; row++)
            Add(rows.Slice(row * mean.Length, mean.Length), mean);
        var factor = 1f / count;
        foreach (ref var value in mean)
            value *= factor;
    }

    private static void Add(ReadOnlySpan<float> addend, Span<float> sum)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + new Vector<float>(addend[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += addend[i];
    }
}
