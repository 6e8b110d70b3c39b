namespace Ingot.Benchmarks.Comparison;

/// <summary>The lines of a comparison, printed as they are measured.</summary>
internal sealed class CompareTable
{
    private readonly IReadOnlyList<IContender> _contenders;
    private readonly Turns _turns;
    private readonly Dictionary<string, double[]> _medians = [];

    /// <summary>Prints the head.</summary>
    public CompareTable(IReadOnlyList<IContender> contenders, Turns turns)
    {
        _contenders = contenders;
        _turns = turns;
        Console.WriteLine();
        Console.WriteLine($"{"median (least to greatest)",-26}" + string.Concat(contenders.Select(contender => $"{contender.Name,-28}"))
            + string.Concat(contenders.Skip(1).Select(contender => $"{contenders[0].Name + " / " + contender.Name,-28}")));
    }

    /// <summary>Measures a load on everyone and prints the line.</summary>
    public async Task AddAsync(string name, string unit, Func<IContender, Task<double>> measure)
    {
        double[][] reached = await _turns.MeasureAsync(_contenders, measure);
        _medians[name] = [.. reached.Select(rounds => Spread.Of(rounds).Median)];
        string line = $"{$"{name}, {unit}",-26}" + string.Concat(reached.Select(rounds => $"{Show(Spread.Of(rounds), "F1"),-28}"));
        foreach (double[] other in reached.Skip(1))
            line += $"{Show(Spread.Of(reached[0].Zip(other, (ours, theirs) => ours / theirs)), "F2"),-28}";
        Console.WriteLine(line.TrimEnd());
    }

    /// <summary>Prints what share of a limit everyone reached.</summary>
    public void PrintShare(string name, double limit, string what) =>
        Console.WriteLine($"  {name}: " + string.Join(", ", _contenders.Select((contender, i) => $"{contender.Name} {_medians[name][i] / limit:P0} {what}")));

    /// <summary>Prints what time of another load's everyone took.</summary>
    public void PrintTimes(string name, string of) =>
        Console.WriteLine($"  {name}: " + string.Join(", ", _contenders.Select((contender, i) =>
            $"{contender.Name} {1e3 / _medians[name][i]:F0} ms, {_medians[of][i] / _medians[name][i]:P1} of the {of}'s {1e3 / _medians[of][i]:F0} ms")));

    private static string Show(Spread spread, string format) =>
        $"{spread.Median.ToString(format)} ({spread.Least.ToString(format)} to {spread.Greatest.ToString(format)})";
}
