namespace Ingot.Engine.Sampling;

/// <summary>
/// The few tokens a choice is made among, kept in the scratch's <c>Ids</c> and <c>Values</c>, ids ascending. The scratch's <c>BlockMaxima</c>
/// are those of the logits.
/// </summary>
internal static class Candidates
{
    // More of them are not worth picking out: see FlatDraw.
    private const int MostOfMass = 2048;

    /// <summary>What is likely is usually close to the largest logit: look there first, then further, at last everywhere.</summary>
    private static ReadOnlySpan<float> Depths => [3, 7, 12, float.PositiveInfinity];

    /// <summary>
    /// Gathers the <paramref name="limit"/> largest logits that are at or above <paramref name="floor"/> (0: no limit).
    /// </summary>
    /// <returns>How many there are, at least 1 when the largest is at or above the floor.</returns>
    public static int GatherTop(ReadOnlySpan<float> logits, int limit, float max, float floor, SamplingScratch scratch)
    {
        float from = limit == 0 ? floor : Math.Max(LeastOfTop(logits.Length, limit, scratch), floor);
        int count = Logits.Gather(logits, scratch.BlockMaxima, from, scratch.Ids, scratch.Values);
        if (limit == 0)
            return count;
        return count <= limit ? count : KeepFrom(RankKey.Select(FillKeys(count, scratch), limit, byValue: false, scratch.Groups), count, scratch);
    }

    /// <summary>
    /// Gathers weights exp((x - max) / temperature), largest logits first into sight, until they sum to <paramref name="mass"/>
    /// or all logits at or above <paramref name="floor"/> are there.
    /// </summary>
    /// <returns>How many there are, at least 1; 0 when they are thousands.</returns>
    public static int GatherMass(ReadOnlySpan<float> logits, double mass, float max, float floor, float temperature, SamplingScratch scratch)
    {
        foreach (float depth in Depths)
        {
            float from = Math.Max(max - (depth * temperature), floor);
            int count = Logits.Gather(logits, scratch.BlockMaxima, from, scratch.Ids, scratch.Values, MostOfMass);
            if (count > MostOfMass)
                return 0;
            Span<float> weights = scratch.Values.AsSpan(0, count);
            if (Logits.Exp(weights, weights, scratch.BlockSums, max, temperature) >= mass || from == floor)
                return count;
        }
        return 0;
    }

    /// <summary>Keeps the smallest set of largest values that sum to at least <paramref name="mass"/>.</summary>
    /// <returns>How many are left, at least 1.</returns>
    public static int KeepMass(int count, double mass, SamplingScratch scratch) =>
        KeepFrom(RankKey.Select(FillKeys(count, scratch), mass, byValue: true, scratch.Groups), count, scratch);

    /// <summary>
    /// A value that at least <paramref name="limit"/> logits reach: as many blocks have a largest logit that does. Hardly any others do.
    /// </summary>
    private static float LeastOfTop(int logitCount, int limit, SamplingScratch scratch)
    {
        int blocks = (logitCount + Logits.MaxBlock - 1) / Logits.MaxBlock;
        if (limit > blocks)
            return float.NegativeInfinity;
        for (int i = 0; i < blocks; i++)
            scratch.Keys[i] = RankKey.From(scratch.BlockMaxima[i], i);
        return RankKey.Value(RankKey.Select(scratch.Keys.AsSpan(0, blocks), limit, byValue: false, scratch.Groups));
    }

    private static Span<ulong> FillKeys(int count, SamplingScratch scratch)
    {
        for (int i = 0; i < count; i++)
            scratch.Keys[i] = RankKey.From(scratch.Values[i], scratch.Ids[i]);
        return scratch.Keys.AsSpan(0, count);
    }

    private static int KeepFrom(ulong lowest, int count, SamplingScratch scratch)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (RankKey.From(scratch.Values[i], scratch.Ids[i]) < lowest)
                continue;
            scratch.Ids[kept] = scratch.Ids[i];
            scratch.Values[kept++] = scratch.Values[i];
        }
        return kept;
    }
}
