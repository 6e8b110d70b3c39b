namespace Ingot.Compute.Execution.Operations;

/// <summary>One share of some rows or columns: always the same for the same counts, whoever computes it.</summary>
internal readonly record struct Share(int From, int To)
{
    /// <summary>Columns that stay together: two tiles of outputs, one group of 8-bit activations.</summary>
    public const int ColumnUnit = 32;

    public static int ColumnUnits(int width) => (width + ColumnUnit - 1) / ColumnUnit;

    public static Share OfRows(int rowCount, int share, int shareCount) =>
        new((int)((long)rowCount * share / shareCount), (int)((long)rowCount * (share + 1) / shareCount));

    /// <summary>Whole units; the last may be partial.</summary>
    public static Share OfColumns(int width, int share, int shareCount)
    {
        var units = OfRows(ColumnUnits(width), share, shareCount);
        return new(Math.Min(width, units.From * ColumnUnit), Math.Min(width, units.To * ColumnUnit));
    }
}
