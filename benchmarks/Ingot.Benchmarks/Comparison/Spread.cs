namespace Ingot.Benchmarks.Comparison;

/// <summary>The middle of some measurements, and how far they lie apart.</summary>
internal readonly record struct Spread(double Least, double Median, double Greatest)
{
    /// <summary>That of at least one measurement.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}
