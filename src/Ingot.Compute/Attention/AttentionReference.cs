namespace Ingot.Compute.Attention;

/// <summary>Attention of one query by the textbook, in double precision: what the vector forms are tested against.</summary>
internal static unsafe class AttentionReference
{
    public static void Attend(AttentionShape shape, in AttentionSequence sequence, int row, int queryHead, float* query, KvStore store, int layer, float* output)
    {
        int position = sequence.PastLength + row, kvHead = queryHead / shape.GroupSize;
        int first = shape.WindowSize == 0 ? 0 : Math.Max(0, position + 1 - shape.WindowSize);
        var scores = new double[position + 1 - first];
        double largest = shape.Sinks?[queryHead] ?? double.NegativeInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            int block = sequence.BlockTable[(first + i) / store.BlockSize], token = (first + i) % store.BlockSize;
            byte* keys = store.KeyTile(layer, block, kvHead, token);
            double score = 0;
            for (int d = 0; d < shape.HeadSize; d++) score += (double)query[d] * KvTiles.ReadKey(store.Layout, keys, token % KvLayout.TileTokens, d);
            score *= shape.Scale;
            if (shape.Softcap > 0) score = shape.Softcap * Math.Tanh(score / shape.Softcap);
            scores[i] = score;
            largest = Math.Max(largest, score);
        }

        double sum = shape.Sinks is { } sinks ? Math.Exp(sinks[queryHead] - largest) : 0;
        for (int i = 0; i < scores.Length; i++) sum += scores[i] = Math.Exp(scores[i] - largest);
        for (int d = 0; d < shape.HeadSize; d++)
        {
            double total = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                int block = sequence.BlockTable[(first + i) / store.BlockSize], token = (first + i) % store.BlockSize;
                total += scores[i] * KvTiles.ReadValue(store.Layout, store.ValueTile(layer, block, kvHead, token), token % KvLayout.TileTokens, d);
            }

            output[d] = (float)(total / sum);
        }
    }
}
