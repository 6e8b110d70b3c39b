namespace Ingot.Compute.Attention;

/// <summary>Causal attention of a flat batch over a <see cref="KvStore"/>. Knows nothing of threads: a member does its share.</summary>
public static unsafe class PagedAttention
{
    /// <summary>
    /// Does one member's share of a layer's attention. The rows' own keys and values must be in the store already (all of them, before any member starts).
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
    /// <param name="member">Which share, 0 to <paramref name="memberCount"/> − 1.</param>
    /// <param name="memberCount">Into how many shares the work is divided.</param>
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
        int member,
        int memberCount)
    {
        int item = 0;
        for (int s = 0; s < sequenceCount; s++)
        {
            for (int row = 0; row < sequences[s].RowCount; row++)
            {
                for (int head = 0; head < shape.QueryHeadCount; head++)
                {
                    if (item++ % memberCount != member) continue;
                    long batchRow = sequences[s].FirstRow + row;
                    float* query = queries + (batchRow * queryRowStride) + (head * shape.HeadSize);
                    float* target = output + (batchRow * outputRowStride) + (head * shape.HeadSize);
                    AttentionReference.Attend(shape, sequences[s], row, head / shape.GroupSize, query, store, layer, target);
                }
            }
        }
    }
}
