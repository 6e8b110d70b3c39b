namespace Ingot.Compute.Execution.Operations;

/// <summary>A member's share of some rows or columns: always the same for the same counts, whoever computes it.</summary>
internal readonly record struct Share(int From, int To)
{
    /// <summary>Columns that stay together: two tiles of outputs, one group of 8-bit activations.</summary>
    public const int ColumnUnit = 32;

    public static Share OfRows(int rowCount, int member, int memberCount) =>
        new((int)((long)rowCount * member / memberCount), (int)((long)rowCount * (member + 1) / memberCount));

    /// <summary>Whole units; the last may be partial.</summary>
    public static Share OfColumns(int width, int member, int memberCount)
    {
        var units = OfRows((width + ColumnUnit - 1) / ColumnUnit, member, memberCount);
        return new(Math.Min(width, units.From * ColumnUnit), Math.Min(width, units.To * ColumnUnit));
    }
}
