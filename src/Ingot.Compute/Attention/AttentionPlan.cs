namespace Ingot.Compute.Attention;

/// <summary>
/// Divides a flat batch into items (some rows of a sequence × query heads that share keys and values) and these into shares by how many keys
/// they look at; where there are few, by their spans. Results do not depend on the division.
/// </summary>
internal readonly unsafe struct AttentionPlan
{
    // Queries of an item: enough to reuse each block of keys, few enough to stay in the nearest cache.
    private const int MostQueries = 32;

    // pieces: Where spans of an item can be left by whoever does them; null where items stay whole.
    public AttentionPlan(AttentionShape shape, AttentionSequence* sequences, int sequenceCount, AttentionPieces? pieces)
    {
        Rows = Math.Max(1, MostQueries / shape.GroupSize);
        Heads = Math.Min(shape.GroupSize, MostQueries);
        int headGroups = shape.KvHeadCount * ((shape.GroupSize + Heads - 1) / Heads);
        for (int s = 0; s < sequenceCount; s++)
        {
            ItemCount += (sequences[s].RowCount + Rows - 1) / Rows * headGroups;
            TotalCost += Cost(shape, sequences[s], 0, sequences[s].RowCount) * shape.QueryHeadCount;
        }

        if (pieces is null || ItemCount > pieces.MostItems) return;
        for (int s = 0; s < sequenceCount; s++)
        {
            for (int row = 0; row < sequences[s].RowCount; row += Rows)
                SpanCount += (long)AttentionSpans.Seen(shape, sequences[s], row, Math.Min(Rows, sequences[s].RowCount - row)).Count * headGroups;
        }

        StateFloats = AttentionItem.StateFloats(shape, Rows * Heads);
        IsDivided = SpanCount > ItemCount && SpanCount <= pieces.FloatCount / StateFloats;
    }

    /// <summary>Rows of an item, at most.</summary>
    public int Rows { get; }

    /// <summary>Query heads of an item, at most.</summary>
    public int Heads { get; }

    /// <summary>How many items there are.</summary>
    public int ItemCount { get; }

    /// <summary>The sum of all items' costs: keys looked at, by all query heads.</summary>
    public long TotalCost { get; }

    /// <summary>Whether items' spans are dealt out, instead of items.</summary>
    public bool IsDivided { get; }

    /// <summary>All items' spans; 0 where items stay whole anyway.</summary>
    public long SpanCount { get; }

    /// <summary>Memory for the state of an item after one of its spans.</summary>
    public int StateFloats { get; }

    /// <summary>What there is to deal out.</summary>
    public long PieceCount => IsDivided ? SpanCount : ItemCount;

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
}
