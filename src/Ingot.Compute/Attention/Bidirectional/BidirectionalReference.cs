namespace Ingot.Compute.Attention.Bidirectional;

/// <summary>Attention of one query by the textbook, in double precision: what the vector forms are tested against.</summary>
internal static unsafe class BidirectionalReference
{
    public static void Attend(
        AttentionShape shape, DistanceBias? bias, in AttentionSequence sequence, int row, int head,
        BidirectionalRows queries, BidirectionalRows keys, BidirectionalRows values, BidirectionalRows output)
    {
        float* query = queries.At(sequence.FirstRow + row, head, shape.HeadSize);
        var scores = new double[sequence.RowCount];
        for (int i = 0; i < scores.Length; i++)
        {
            float* key = keys.At(sequence.FirstRow + i, head, shape.HeadSize);
            for (int d = 0; d < shape.HeadSize; d++) scores[i] += (double)query[d] * key[d];
            scores[i] = (scores[i] * shape.Scale) + (bias?.At(head, i - row) ?? 0);
        }

        double largest = scores.Max();
        double sum = 0;
        for (int i = 0; i < scores.Length; i++) sum += scores[i] = Math.Exp(scores[i] - largest);
        for (int d = 0; d < shape.HeadSize; d++)
        {
            double total = 0;
            for (int i = 0; i < scores.Length; i++) total += scores[i] * values.At(sequence.FirstRow + i, head, shape.HeadSize)[d];
            output.At(sequence.FirstRow + row, head, shape.HeadSize)[d] = (float)(total / sum);
        }
    }
}
