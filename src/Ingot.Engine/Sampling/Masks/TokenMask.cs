using System.Numerics;

namespace Ingot.Engine.Sampling.Masks;

/// <summary>Which tokens may be chosen, as a bit for each; and how it is put into effect.</summary>
internal static class TokenMask
{
    /// <summary>Up to so many tokens are looked at one by one; more of them, all at once.</summary>
    public const int MostFew = 4096;

    private const int WordBits = 64;

    public static int WordsFor(int vocabularySize) => (vocabularySize + WordBits - 1) / WordBits;

    /// <summary>Whether no more than <see cref="MostFew"/> tokens are allowed.</summary>
    public static bool IsFew(ReadOnlySpan<ulong> allowed)
    {
        int count = 0;
        foreach (ulong word in allowed)
        {
            count += BitOperations.PopCount(word);
            if (count > MostFew)
                return false;
        }
        return true;
    }

    /// <summary>Copies ids and logits of the tokens allowed, ids ascending.</summary>
    /// <returns>How many.</returns>
    public static int Gather(ReadOnlySpan<ulong> allowed, ReadOnlySpan<float> logits, Span<int> ids, Span<float> values)
    {
        int count = 0;
        for (int word = 0; word < allowed.Length; word++)
        {
            for (ulong rest = allowed[word]; rest != 0; rest &= rest - 1)
            {
                int id = (word * WordBits) + BitOperations.TrailingZeroCount(rest);
                if (id >= logits.Length)
                    break;
                ids[count] = id;
                values[count++] = logits[id];
            }
        }
        return count;
    }

    /// <summary>Makes the logits of all tokens that are not allowed negative infinity, which means "never".</summary>
    /// <param name="allowed">A bit for each token.</param>
    /// <param name="logits">One row.</param>
    public static void Apply(ReadOnlySpan<ulong> allowed, Span<float> logits)
    {
        for (int word = 0; word < allowed.Length; word++)
        {
            ulong forbidden = ~allowed[word];
            if (forbidden == 0)
                continue;
            Span<float> part = logits[(word * WordBits)..Math.Min((word + 1) * WordBits, logits.Length)];
            if (forbidden == ulong.MaxValue)
            {
                part.Fill(float.NegativeInfinity);
                continue;
            }
            for (; forbidden != 0; forbidden &= forbidden - 1)
            {
                int bit = BitOperations.TrailingZeroCount(forbidden);
                if (bit >= part.Length)
                    break;
                part[bit] = float.NegativeInfinity;
            }
        }
    }
}
