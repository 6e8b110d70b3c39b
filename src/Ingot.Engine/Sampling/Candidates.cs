namespace Ingot.Engine.Sampling;

/// <summary>The few tokens a choice is made among, kept in the scratch's <c>Ids</c> and <c>Values</c>, ids ascending.</summary>
internal static class Candidates
{
    /// <summary>
    /// Gathers the <paramref name="limit"/> largest logits that are at or above <paramref name="floor"/> (0: no limit).
    /// </summary>
    /// <returns>How many there are, at least 1 when the largest is at or above the floor.</returns>
    public static int GatherTop(ReadOnlySpan<float> logits, int limit, float max, float floor, SamplingScratch scratch)
    {
        if (limit == 0)
            return Logits.Gather(logits, floor, scratch.Ids, scratch.Values);

        // The few largest are usually close to the largest: look there first, then further, at last everywhere.
        int count = 0;
        foreach (float depth in (ReadOnlySpan<float>)[4, 12, float.PositiveInfinity])
        {
            float from = Math.Max(max - depth, floor);
            count = Logits.Gather(logits, from, scratch.Ids, scratch.Values);
            if (count >= limit || from == floor)
                break;
        }
        return count <= limit ? count : KeepFrom(RankKey.Select(FillKeys(count, scratch), limit, byValue: false), count, scratch);
    }

    /// <summary>Keeps the smallest set of largest values that sum to at least <paramref name="mass"/>.</summary>
    /// <returns>How many are left, at least 1.</returns>
    public static int KeepMass(int count, double mass, SamplingScratch scratch) =>
        KeepFrom(RankKey.Select(FillKeys(count, scratch), mass, byValue: true), count, scratch);

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
