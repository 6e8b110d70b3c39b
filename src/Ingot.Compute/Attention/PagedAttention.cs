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
        int shareCount)
    {
        Execute(shape, sequences, sequenceCount, queries, queryRowStride, store, layer, output, outputRowStride, share, shareCount, KernelForms.Best);
    }

    /// <summary>The pieces of a layer's attention; more shares than that divide some of them further, at a cost, or have nothing to do.</summary>
    internal static int CountItems(AttentionShape shape, AttentionSequence* sequences, int sequenceCount) =>
        AttentionPlan.CountItems(shape, sequences, sequenceCount);

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
        KernelForm form)
    {
        var plan = new AttentionPlan(shape, sequences, sequenceCount, shareCount);
        long spent = 0;
        for (int s = 0; s < sequenceCount; s++)
        {
            AttentionSequence sequence = sequences[s];
            for (int row = 0; row < sequence.RowCount; row += plan.Rows)
            {
                int rows = Math.Min(plan.Rows, sequence.RowCount - row);
                long cost = AttentionPlan.Cost(shape, sequence, row, row + rows);
                for (int head = 0; head < shape.QueryHeadCount;)
                {
                    int kvHead = head / shape.GroupSize;
                    int heads = Math.Min(plan.Heads, ((kvHead + 1) * shape.GroupSize) - head);
                    long itemCost = cost * heads;

                    // An item belongs to the share of the cost in which its middle lies.
                    bool mine = ((2 * spent) + itemCost) * shareCount / (2 * plan.TotalCost) == share;
                    spent += itemCost;
                    if (mine)
                    {
                        new AttentionItem
                        {
                            Shape = shape,
                            Sequence = sequence,
                            Store = store,
                            Layer = layer,
                            KvHead = kvHead,
                            FromHead = head,
                            HeadCount = heads,
                            FromRow = row,
                            RowCount = rows,
                        }.Execute(queries, queryRowStride, output, outputRowStride, form);
                    }

                    head += heads;
                }
            }
        }
    }
}
