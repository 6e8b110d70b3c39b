namespace Ingot.Compute.Attention;

/// <summary>
/// The stretches of a sequence that attention goes through each for itself, so that several threads can: softmax begins anew in each, and
/// what came of them is put together in their order. They lie at fixed positions, whoever asks: nothing depends on how they are dealt out.
/// </summary>
/// <remarks>Splitting keys among threads is known from Flash-Decoding (Dao et al. 2023); there the split follows the number of threads.</remarks>
internal static class AttentionSpans
{
    // Short ones first, so that short sequences have some for everybody; longer ones from there on, for putting them together takes time, too.
    private const int Short = 64, Middle = 256, Long = 1024;
    private const int MiddleFrom = 256, LongFrom = 2048;
    private const int FirstMiddle = MiddleFrom / Short, FirstLong = FirstMiddle + ((LongFrom - MiddleFrom) / Middle);

    /// <summary>Which one a position lies in.</summary>
    public static int Of(int position) => position switch
    {
        < MiddleFrom => position / Short,
        < LongFrom => FirstMiddle + ((position - MiddleFrom) / Middle),
        _ => FirstLong + ((position - LongFrom) / Long),
    };

    /// <summary>The first position of one; the largest number where there is no such position.</summary>
    public static int Start(int span) => span switch
    {
        < FirstMiddle => span * Short,
        < FirstLong => MiddleFrom + ((span - FirstMiddle) * Middle),
        _ => (int)Math.Min(int.MaxValue, LongFrom + ((long)(span - FirstLong) * Long)),
    };

    /// <summary>Those that some rows of a sequence look at.</summary>
    public static (int First, int Count) Seen(AttentionShape shape, in AttentionSequence sequence, int fromRow, int rowCount)
    {
        int position = sequence.PastLength + fromRow;
        int first = Of(shape.FirstSeen(position));
        return (first, Of(position + rowCount - 1) + 1 - first);
    }
}
