namespace Ingot.Engine.Sampling;

/// <summary>Which tokens may be chosen, as a bit for each; and how it is put into effect.</summary>
internal static class TokenMask
{
    private const int WordBits = 64;

    public static int WordsFor(int vocabularySize) => (vocabularySize + WordBits - 1) / WordBits;

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
            for (int i = 0; i < part.Length; i++)
            {
                if ((forbidden >> i & 1) != 0)
                    part[i] = float.NegativeInfinity;
            }
        }
    }
}
