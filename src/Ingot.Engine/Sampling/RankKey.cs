namespace Ingot.Engine.Sampling;

/// <summary>
/// A candidate as one number: larger is more likely, and of equal ones the lower id is the larger.
/// No two candidates have the same key, so every cut through a ranking is exact.
/// </summary>
internal static class RankKey
{
    /// <summary>How many groups <see cref="Select"/> sorts many keys into: sign, exponent and three more bits.</summary>
    public const int GroupCount = 1 << GroupBits;

    private const int GroupBits = 12;
    private const int FewKeys = 2048;

    public static ulong From(float value, int id)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        // Makes the unsigned order of the bits the order of the numbers: flips all bits of negative ones, the sign of the others.
        uint ordered = (uint)bits ^ ((uint)(bits >> 31) | 0x8000_0000);
        return ((ulong)ordered << 32) | ~(uint)id;
    }

    public static int Id(ulong key) => (int)~(uint)key;

    public static float Value(ulong key)
    {
        uint bits = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle(bits ^ ((bits >> 31) != 0 ? 0x8000_0000 : 0xFFFF_FFFF));
    }

    /// <summary>
    /// Ranks the keys from the largest, adds up what each weighs, and finds the one with which the sum first reaches the target.
    /// No sort: many keys are first added up in groups of about equal value, then only the group in question is looked into.
    /// Reorders the keys.
    /// </summary>
    /// <param name="keys">At least one.</param>
    /// <param name="target">A number of keys, or a sum of values; the last key when it is never reached.</param>
    /// <param name="byValue">True: a key weighs its value. False: it weighs 1.</param>
    /// <param name="groups">Working memory of <see cref="GroupCount"/> sums.</param>
    public static ulong Select(Span<ulong> keys, double target, bool byValue, Span<double> groups)
    {
        if (keys.Length <= FewKeys)
            return QuickSelect(keys, target, byValue);

        groups.Clear();
        foreach (ulong key in keys)
            groups[Group(key)] += byValue ? Value(key) : 1;
        int group = GroupCount - 1, lowest = 0;
        while (groups[lowest] == 0)
            lowest++;
        for (; group > lowest && (groups[group] == 0 || groups[group] < target); group--)
            target -= groups[group];

        int count = 0;
        foreach (ulong key in keys)
        {
            if (Group(key) == group)
                keys[count++] = key;
        }
        return QuickSelect(keys[..count], target, byValue);
    }

    private static int Group(ulong key) => (int)(key >> (64 - GroupBits));

    private static ulong QuickSelect(Span<ulong> keys, double target, bool byValue)
    {
        // A fixed random stream keeps the choice of pivots repeatable and no arrangement of logits can make it slow.
        var random = new SamplerRandom(0);
        while (keys.Length > 1)
        {
            int at = (int)(random.NextDouble() * keys.Length);
            ulong pivot = keys[at];
            keys[at] = keys[^1];
            keys[^1] = pivot;
            int above = 0;
            double weight = 0;
            for (int i = 0; i < keys.Length - 1; i++)
            {
                ulong key = keys[i];
                if (key < pivot)
                    continue;
                keys[i] = keys[above];
                keys[above++] = key;
                weight += byValue ? Value(key) : 1;
            }
            if (above > 0 && weight >= target)
            {
                keys = keys[..above];
                continue;
            }
            weight += byValue ? Value(pivot) : 1;
            if (weight >= target || above == keys.Length - 1)
                return pivot;
            target -= weight;
            keys = keys[above..^1];
        }
        return keys[0];
    }
}
