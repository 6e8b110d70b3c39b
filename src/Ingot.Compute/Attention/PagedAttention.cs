using Ingot.Compute.Kernels;

namespace Ingot.Compute.Attention;

/// <summary>Causal attention of a flat batch over a <see cref="KvStore"/>. Knows nothing of threads: whoever calls does one share.</summary>
public static unsafe class PagedAttention
{
    /// <summary>
    /// Does one share of a layer's attention. The rows' own keys and values must be in the store already (all of them, before any share is begun).
    /// A row's result is the same bits however the batch and the prompt are divided.
    /// </summary>
    /// <param name="shape">What attention is like in this layer.</param>
    /// <param name="sequences">The batch's sequences.</param>
    /// <param name="sequenceCount">How many.</param>
    /// <param name="queries">The batch's queries, row 0 first: [query heads, head size] in each row, already turned.</param>
    /// <param name="queryRowStride">Floats from one row of queries to the next.</param>
    /// <param name="store">Keys and values.</param>
    /// <param name="layer">The store's layer.</param>
    /// <param name="output">Where results go, row 0 first: [query heads, head size] in each row. Must not overlap the queries.</param>
    /// <param name="outputRowStride">Floats from one row of output to the next.</param>
    /// <param name="share">Which share, 0 to <paramref name="shareCount"/> − 1.</param>
    /// <param name="shareCount">Into how many shares the work is divided.</param>
    /// <param name="pieces">Lets several threads work at one long sequence; the same for all shares. Absent: its query heads alone are divided.</param>
    public static void Execute(
        AttentionShape shape,
        AttentionSequence* sequences,
        int sequenceCount,
        float* queries,
        long queryRowStride,
        KvStore store,
        int layer,
        float* output,
        long outputRowStride,
        int share,
        int shareCount,
        AttentionPieces? pieces = null)
    {
        Execute(shape, sequences, sequenceCount, queries, queryRowStride, store, layer, output, outputRowStride, share, shareCount, pieces, KernelForms.Best);
    }

    /// <summary>The pieces that a layer's attention is dealt out in; with more shares than that some have nothing to do.</summary>
    internal static long CountPieces(AttentionShape shape, AttentionSequence* sequences, int sequenceCount, AttentionPieces? pieces) =>
        new AttentionPlan(shape, sequences, sequenceCount, pieces).PieceCount;

    internal static void Execute(
        AttentionShape shape,
        AttentionSequence* sequences,
        int sequenceCount,
        float* queries,
        long queryRowStride,
        KvStore store,
        int layer,
        float* output,
        long outputRowStride,
        int share,
        int shareCount,
        AttentionPieces? pieces,
        KernelForm form)
    {
        var plan = new AttentionPlan(shape, sequences, sequenceCount, pieces);
        var rows = new AttentionRows(queries, queryRowStride, output, outputRowStride);
        long fromSpan = plan.SpanCount * share / shareCount, toSpan = plan.SpanCount * (share + 1) / shareCount;
        long spent = 0;
        int number = 0;
        for (int s = 0; s < sequenceCount; s++)
        {
            AttentionSequence sequence = sequences[s];
            for (int row = 0; row < sequence.RowCount; row += plan.Rows)
            {
                int rowCount = Math.Min(plan.Rows, sequence.RowCount - row);
                int spans = AttentionSpans.Seen(shape, sequence, row, rowCount).Count;
                long cost = AttentionPlan.Cost(shape, sequence, row, row + rowCount);
                for (int head = 0, heads; head < shape.QueryHeadCount; head += heads, number++)
                {
                    int kvHead = head / shape.GroupSize;
                    heads = Math.Min(plan.Heads, ((kvHead + 1) * shape.GroupSize) - head);
                    int from = (int)Math.Clamp(fromSpan - spent, 0, spans), to = (int)Math.Clamp(toSpan - spent, 0, spans);
                    long itemCost = plan.IsDivided ? spans : cost * heads;

                    // A whole item belongs to the share of the cost in which its middle lies.
                    bool mine = plan.IsDivided ? from < to : ((2 * spent) + itemCost) * shareCount / (2 * plan.TotalCost) == share;
                    if (mine)
                    {
                        var item = new AttentionItem
                        {
                            Shape = shape,
                            Sequence = sequence,
                            Store = store,
                            Layer = layer,
                            KvHead = kvHead,
                            FromHead = head,
                            HeadCount = heads,
                            FromRow = row,
                            RowCount = rowCount,
                        };
                        item.Execute(rows, plan.IsDivided ? new AttentionPiece(pieces, number, spent * plan.StateFloats, plan.StateFloats, from, to) : default, form);
                    }

                    spent += itemCost;
                }
            }
        }
    }
}
