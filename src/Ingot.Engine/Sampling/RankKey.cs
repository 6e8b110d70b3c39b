namespace Ingot.Engine.Sampling;

/// <summary>
/// A candidate as one number: larger is more likely, and of equal ones the lower id is the larger.
/// No two candidates have the same key, so every cut through a ranking is exact.
/// </summary>
internal static class RankKey
{
    public static ulong From(float value, int id)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // Makes the unsigned order of the bits the order of the numbers, negative ones included.
        bits ^= (bits >> 31) != 0 ? 0xFFFF_FFFF : 0x8000_0000;
        return ((ulong)bits << 32) | ~(uint)id;
    }

    public static int Id(ulong key) => (int)~(uint)key;

    public static float Value(ulong key)
    {
        uint bits = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle(bits ^ ((bits >> 31) != 0 ? 0x8000_0000 : 0xFFFF_FFFF));
    }

    /// <summary>
    /// Ranks the keys from the largest, adds up what each weighs, and finds the one with which the sum first reaches the target,
    /// by quickselect: about two looks at each key, no sort. Reorders the keys.
    /// </summary>
    /// <param name="keys">At least one.</param>
    /// <param name="target">A number of keys, or a sum of values; the last key when it is never reached.</param>
    /// <param name="byValue">True: a key weighs its value. False: it weighs 1.</param>
    public static ulong Select(Span<ulong> keys, double target, bool byValue)
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
