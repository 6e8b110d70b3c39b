namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>A set of code points: a fast table for ASCII, a question for the rest.</summary>
internal sealed class CharacterSet
{
    private readonly ulong _low;
    private readonly ulong _high;
    private readonly Func<int, bool> _contains;

    public CharacterSet(Func<int, bool> contains)
    {
        _contains = contains;
        for (var i = 0; i < 64; i++)
        {
            if (contains(i)) _low |= 1UL << i;
            if (contains(i + 64)) _high |= 1UL << i;
        }
    }

    public bool Contains(int codePoint) =>
        codePoint < 64 ? ((_low >> codePoint) & 1) != 0
        : codePoint < 128 ? ((_high >> (codePoint - 64)) & 1) != 0
        : _contains(codePoint);

    public CharacterSet Negate() => new(c => !Contains(c));

    public static CharacterSet AnyOf(CharacterSet[] sets) => sets.Length == 1 ? sets[0] : new(c => ContainedInAny(sets, c));

    public CharacterSet And(CharacterSet other) => new(c => Contains(c) && other.Contains(c));

    /// <summary>The set with both cases of every ASCII letter it has in one case.</summary>
    public CharacterSet FoldAscii() => new(c => Contains(c) || (c < 128 && char.IsAsciiLetter((char)c) && Contains(c ^ 0x20)));

    public static CharacterSet Of(int codePoint) => new(c => c == codePoint);

    public static CharacterSet Range(int first, int last) => new(c => c >= first && c <= last);

    private static bool ContainedInAny(CharacterSet[] sets, int codePoint)
    {
        foreach (var set in sets)
        {
            if (set.Contains(codePoint)) return true;
        }
        return false;
    }
}
