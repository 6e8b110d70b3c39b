namespace Ingot.Benchmarks.Measuring;

/// <summary>The middle of some measurements, and how far they lie apart.</summary>
internal readonly record struct Spread(double Least, double Median, double Greatest)
{
    /// <summary>That of at least one measurement.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }

    /// <summary>The middle of at least one measurement.</summary>
    public static double MedianOf(IEnumerable<double> values) => Of(values).Median;

    /// <summary>What a share of the measurements does not exceed; 0 of none.</summary>
    /// <param name="values">In any order.</param>
    /// <param name="share">0 to 1.</param>
    public static double At(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];
    }
}
