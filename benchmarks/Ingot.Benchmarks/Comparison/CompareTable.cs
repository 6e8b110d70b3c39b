using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.Comparison;

/// <summary>The lines of a comparison, printed as they are measured: medians of the rounds, the least and the greatest, and goals.</summary>
internal sealed class CompareTable<T>
    where T : IContender
{
    private const int NameWidth = 32;
    private const int Width = 28;

    private readonly IReadOnlyList<T> _contenders;
    private readonly CompareRun _run;
    private readonly Dictionary<string, double[]> _medians = [];

    /// <summary>Prints the head.</summary>
    public CompareTable(IReadOnlyList<T> contenders, CompareRun run)
    {
        _contenders = contenders;
        _run = run;
        Console.WriteLine();
        Console.WriteLine(("median (least to greatest)".PadRight(NameWidth) + string.Concat(contenders.Select(contender => contender.Name.PadRight(Width)))
            + string.Concat(contenders.Skip(1).Select(contender => $"{contenders[0].Name} / {contender.Name}".PadRight(Width)))).TrimEnd());
    }

    /// <summary>Measures a load on everyone and prints the line, if it is wanted.</summary>
    /// <param name="name">What the line is called.</param>
    /// <param name="unit">Of what it says.</param>
    /// <param name="measure">What is measured.</param>
    /// <param name="goal">How many times the second one's speed the first one is to reach; null for no goal.</param>
    /// <param name="isPrepared">Whether nothing is only made the first time.</param>
    /// <param name="limit">What nobody can exceed; null where there is no such thing.</param>
    public async Task AddAsync(string name, string unit, Func<T, Task<double>> measure, double? goal = null, bool isPrepared = false, Func<double>? limit = null)
    {
        if (!_run.Options.Wants(name))
            return;
        _run.Progress.Begin(name);
        double[][] reached = await _run.Turns.MeasureAsync(_contenders, measure, isPrepared, limit);
        _run.Progress.End();
        double[][] theirs = reached[.._contenders.Count];
        _medians[name] = [.. theirs.Select(Spread.MedianOf)];
        string line = $"{name}, {unit}".PadRight(NameWidth) + string.Concat(theirs.Select(rounds => Show(Spread.Of(rounds), "G3").PadRight(Width)));
        foreach (double[] other in theirs.Skip(1))
            line += Show(Ratio(theirs[0], other), "F2").PadRight(Width);
        if (goal is { } least && theirs.Length > 1 && Ratio(theirs[0], theirs[1]).Median is var ratio && !double.IsNaN(ratio))
            line += _run.Goals.AtLeast(name, ratio, least);
        Console.WriteLine(line.TrimEnd());
        if (limit is not null)
            PrintShares(name, theirs, reached[^1]);
    }

    /// <summary>Prints what time of another line's everyone took, if both were measured, and whether the first one's share is small enough.</summary>
    public void PrintTimes(string name, string of, double most)
    {
        if (!_medians.TryGetValue(name, out double[]? reached) || !_medians.TryGetValue(of, out double[]? other))
            return;
        Console.WriteLine($"  {name}: " + string.Join(", ", Measured(reached).Select(i =>
            $"{_contenders[i].Name} {1e3 / reached[i]:F0} ms, {other[i] / reached[i]:P1} of the {of}'s {1e3 / other[i]:F0} ms"))
            + $"; {_run.Goals.AtMost($"{name}'s share", other[0] / reached[0], most)}");
    }

    private void PrintShares(string name, double[][] reached, double[] limits) =>
        Console.WriteLine($"  {name}: of what the read bandwidth allows beside it ({Show(Spread.Of(limits), "G3")}) "
            + string.Join(", ", Measured(_medians[name]).Select(i => $"{_contenders[i].Name} {Show(Ratio(reached[i], limits), "P0")}"))
            + $"; {_run.Goals.AtLeast($"{name}'s share of the bandwidth", Ratio(reached[0], limits).Median, Goals.BandwidthShare, "P0")}");

    private static Spread Ratio(double[] ours, double[] theirs) => Spread.Of(ours.Zip(theirs, (one, other) => one / other));

    private static IEnumerable<int> Measured(double[] reached) => Enumerable.Range(0, reached.Length).Where(i => !double.IsNaN(reached[i]));

    private static string Show(Spread spread, string format) => double.IsNaN(spread.Median)
        ? "-"
        : $"{spread.Median.ToString(format)} ({spread.Least.ToString(format)} to {spread.Greatest.ToString(format)})";
}
