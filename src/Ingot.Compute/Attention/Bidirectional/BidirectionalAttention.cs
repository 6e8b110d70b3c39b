using Ingot.Compute.Kernels;

namespace Ingot.Compute.Attention.Bidirectional;

/// <summary>Attention of a flat batch in which every token sees all tokens of its own sequence. Knows nothing of threads: whoever calls does one share.</summary>
internal static unsafe class BidirectionalAttention
{
    /// <summary>The pieces of a layer's attention; more shares than that leave some with nothing to do.</summary>
    public static int CountItems(AttentionShape shape, AttentionSequence* sequences, int sequenceCount)
    {
        int items = 0;
        for (int s = 0; s < sequenceCount; s++)
            items += (sequences[s].RowCount + BidirectionalItem.MostRows - 1) / BidirectionalItem.MostRows * shape.QueryHeadCount;
        return items;
    }

    /// <summary>Does one share. A row's result is the same bits however the batch is made up and divided.</summary>
    /// <param name="shape">What attention is like in this layer; as many key and value heads as query heads.</param>
    /// <param name="bias">What distances add to scores; null for nothing.</param>
    /// <param name="sequences">The batch's sequences.</param>
    /// <param name="sequenceCount">How many.</param>
    /// <param name="queries">The batch's queries.</param>
    /// <param name="keys">The batch's keys.</param>
    /// <param name="values">The batch's values.</param>
    /// <param name="output">Where results go; must not overlap the others.</param>
    /// <param name="share">Which share, 0 to <paramref name="shareCount"/> − 1.</param>
    /// <param name="shareCount">Into how many shares the work is divided.</param>
    /// <param name="form">Which vectors to use.</param>
    public static void Execute(
        AttentionShape shape,
        DistanceBias? bias,
        AttentionSequence* sequences,
        int sequenceCount,
        BidirectionalRows queries,
        BidirectionalRows keys,
        BidirectionalRows values,
        BidirectionalRows output,
        int share,
        int shareCount,
        KernelForm form)
    {
        long total = 0;
        for (int s = 0; s < sequenceCount; s++) total += (long)sequences[s].RowCount * sequences[s].RowCount * shape.QueryHeadCount;
        long spent = 0;
        for (int s = 0; s < sequenceCount; s++)
        {
            AttentionSequence sequence = sequences[s];
            for (int row = 0; row < sequence.RowCount; row += BidirectionalItem.MostRows)
            {
                int rows = Math.Min(BidirectionalItem.MostRows, sequence.RowCount - row);
                long cost = (long)rows * sequence.RowCount;
                for (int head = 0; head < shape.QueryHeadCount; head++)
                {
                    // An item belongs to the share of the cost in which its middle lies.
                    bool mine = ((2 * spent) + cost) * shareCount / (2 * total) == share;
                    spent += cost;
                    if (!mine) continue;
                    new BidirectionalItem
                    {
                        Shape = shape,
                        Bias = bias,
                        FirstRow = sequence.FirstRow,
                        Length = sequence.RowCount,
                        Head = head,
                        FromRow = row,
                        RowCount = rows,
                    }.Execute(queries, keys, values, output, form);
                }
            }
        }
    }
}
