namespace Ingot.Benchmarks.Comparison;

/// <summary>The lines of a comparison, printed as they are measured.</summary>
internal sealed class CompareTable
{
    private readonly IReadOnlyList<IContender> _contenders;
    private readonly Turns _turns;
    private readonly Func<string, bool> _wants;
    private readonly Dictionary<string, double[]> _medians = [];

    /// <summary>Prints the head.</summary>
    public CompareTable(IReadOnlyList<IContender> contenders, Turns turns, Func<string, bool> wants)
    {
        _contenders = contenders;
        _turns = turns;
        _wants = wants;
        Console.WriteLine();
        Console.WriteLine($"{"median (least to greatest)",-32}" + string.Concat(contenders.Select(contender => $"{contender.Name,-28}"))
            + string.Concat(contenders.Skip(1).Select(contender => $"{contenders[0].Name + " / " + contender.Name,-28}")));
    }

    /// <summary>Measures a load on everyone and prints the line, if it is wanted.</summary>
    public async Task AddAsync(string name, string unit, Func<IContender, Task<double>> measure)
    {
        if (!_wants(name))
            return;
        double[][] reached = await _turns.MeasureAsync(_contenders, measure);
        _medians[name] = [.. reached.Select(rounds => Spread.Of(rounds).Median)];
        string line = $"{$"{name}, {unit}",-32}" + string.Concat(reached.Select(rounds => $"{Show(Spread.Of(rounds), "G4"),-28}"));
        foreach (double[] other in reached.Skip(1))
            line += $"{Show(Spread.Of(reached[0].Zip(other, (ours, theirs) => ours / theirs)), "F2"),-28}";
        Console.WriteLine(line.TrimEnd());
    }

    /// <summary>Prints what share of a limit everyone reached in a line, if it was measured.</summary>
    public void PrintShare(string name, double limit, string what)
    {
        if (!_medians.TryGetValue(name, out double[]? reached))
            return;
        Console.WriteLine($"  {name}: " + string.Join(", ", Measured(reached).Select(i => $"{_contenders[i].Name} {reached[i] / limit:P0} {what}")));
    }

    /// <summary>Prints what time of another line's everyone took, if both were measured.</summary>
    public void PrintTimes(string name, string of)
    {
        if (!_medians.TryGetValue(name, out double[]? reached) || !_medians.TryGetValue(of, out double[]? other))
            return;
        Console.WriteLine($"  {name}: " + string.Join(", ", Measured(reached).Select(i =>
            $"{_contenders[i].Name} {1e3 / reached[i]:F0} ms, {other[i] / reached[i]:P1} of the {of}'s {1e3 / other[i]:F0} ms")));
    }

    private IEnumerable<int> Measured(double[] reached) => Enumerable.Range(0, reached.Length).Where(i => !double.IsNaN(reached[i]));

    private static string Show(Spread spread, string format) => double.IsNaN(spread.Median)
        ? "-"
        : $"{spread.Median.ToString(format)} ({spread.Least.ToString(format)} to {spread.Greatest.ToString(format)})";
}
