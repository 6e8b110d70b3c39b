namespace Ingot.Compute.Attention;

/// <summary>
/// Divides a flat batch into items (some rows of a sequence × some query heads that share keys and values) and these into shares,
/// by how many keys they look at. Results do not depend on the division.
/// </summary>
internal readonly struct AttentionPlan
{
    // Queries of an item: enough to reuse each block of keys, few enough to stay in the nearest cache.
    private const int MostQueries = 32;

    public unsafe AttentionPlan(AttentionShape shape, AttentionSequence* sequences, int sequenceCount, int shareCount)
    {
        Rows = RowsOf(shape);
        long items = CountItems(shape, sequences, sequenceCount);
        for (int s = 0; s < sequenceCount; s++) TotalCost += Cost(shape, sequences[s], 0, sequences[s].RowCount);
        TotalCost *= shape.QueryHeadCount;
        long wanted = items == 0 ? 1 : (shareCount + items - 1) / items;
        int pieces = (int)Math.Min(wanted, (shape.GroupSize + 3) / 4);
        Heads = (shape.GroupSize + pieces - 1) / pieces;
        if (Heads > MostQueries) Heads = MostQueries;
    }

    /// <summary>Rows of an item, at most.</summary>
    public int Rows { get; }

    /// <summary>Query heads of an item, at most.</summary>
    public int Heads { get; }

    /// <summary>The sum of all items' costs: keys looked at, by all query heads.</summary>
    public long TotalCost { get; }

    /// <summary>How many items there are when no item's heads are divided further.</summary>
    public static unsafe int CountItems(AttentionShape shape, AttentionSequence* sequences, int sequenceCount)
    {
        int rows = RowsOf(shape), items = 0;
        for (int s = 0; s < sequenceCount; s++) items += (sequences[s].RowCount + rows - 1) / rows * shape.KvHeadCount;
        return items;
    }

    /// <summary>Keys some rows of a sequence look at.</summary>
    public static long Cost(AttentionShape shape, in AttentionSequence sequence, int fromRow, int toRow)
    {
        long first = sequence.PastLength + fromRow + 1, last = sequence.PastLength + toRow;
        long rows = toRow - fromRow;
        if (shape.WindowSize == 0 || last <= shape.WindowSize) return (first + last) * rows / 2;
        if (first >= shape.WindowSize) return shape.WindowSize * rows;
        long growing = shape.WindowSize - first;
        return ((first + shape.WindowSize - 1) * growing / 2) + (shape.WindowSize * (rows - growing));
    }

    private static int RowsOf(AttentionShape shape) => Math.Max(1, MostQueries / shape.GroupSize);
}
