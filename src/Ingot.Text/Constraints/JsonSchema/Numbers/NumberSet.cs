namespace Ingot.Text.Constraints.JsonSchema.Numbers;

/// <summary>All numbers between two ends.</summary>
/// <param name="Least">The lower end; null for none.</param>
/// <param name="LeastExcluded">Whether the lower end itself is left out.</param>
/// <param name="Most">The upper end; null for none.</param>
/// <param name="MostExcluded">Whether the upper end itself is left out.</param>
internal sealed record NumberInterval(ExactNumber? Least, bool LeastExcluded, ExactNumber? Most, bool MostExcluded)
{
    public static NumberInterval All { get; } = new(null, false, null, false);

    public bool IsAll => Least is null && Most is null;

    public bool Contains(ExactNumber number) =>
        !(Least is { } least && (LeastExcluded ? number.CompareTo(least) <= 0 : number.CompareTo(least) < 0))
        && !(Most is { } most && (MostExcluded ? number.CompareTo(most) >= 0 : number.CompareTo(most) > 0));

    /// <summary>What both contain; null for nothing.</summary>
    public NumberInterval? Intersect(NumberInterval other)
    {
        var (least, leastExcluded) = Tighter(Least, LeastExcluded, other.Least, other.LeastExcluded, 1);
        var (most, mostExcluded) = Tighter(Most, MostExcluded, other.Most, other.MostExcluded, -1);
        var order = least is { } low && most is { } high ? low.CompareTo(high) : -1;
        return order > 0 || (order == 0 && (leastExcluded || mostExcluded)) ? null : new NumberInterval(least, leastExcluded, most, mostExcluded);
    }

    private static (ExactNumber? End, bool Excluded) Tighter(ExactNumber? first, bool firstExcluded, ExactNumber? second, bool secondExcluded, int direction)
    {
        if (first is not { } one)
            return (second, secondExcluded);
        if (second is not { } other)
            return (first, firstExcluded);
        var order = one.CompareTo(other) * direction;
        return order == 0 ? (first, firstExcluded || secondExcluded) : order > 0 ? (first, firstExcluded) : (second, secondExcluded);
    }
}

/// <summary>Numbers as a union of intervals that do not touch.</summary>
/// <param name="Intervals">The intervals, ascending; none for no number.</param>
internal sealed record NumberSet(IReadOnlyList<NumberInterval> Intervals)
{
    public static NumberSet All { get; } = new([NumberInterval.All]);

    public bool IsAll => Intervals is [{ IsAll: true }];

    public static NumberSet Between(ExactNumber? least, bool leastExcluded, ExactNumber? most, bool mostExcluded) =>
        NumberInterval.All.Intersect(new NumberInterval(least, leastExcluded, most, mostExcluded)) is { } interval
            ? new NumberSet([interval])
            : new NumberSet([]);

    public bool Contains(ExactNumber number) => Intervals.Any(interval => interval.Contains(number));

    public NumberSet Intersect(NumberSet other) =>
        new([.. Intervals.SelectMany(mine => other.Intervals.Select(mine.Intersect)).OfType<NumberInterval>()]);

    /// <summary>Every number that is not in this set.</summary>
    public NumberSet Complement()
    {
        var rest = All;
        foreach (var interval in Intervals)
        {
            List<NumberInterval> outside = [];
            if (interval.Least is { } least)
                outside.Add(new NumberInterval(null, false, least, !interval.LeastExcluded));
            if (interval.Most is { } most)
                outside.Add(new NumberInterval(most, !interval.MostExcluded, null, false));
            rest = rest.Intersect(new NumberSet(outside));
        }

        return rest;
    }
}
