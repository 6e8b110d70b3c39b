namespace Ingot.Text.Tokenizers.Model;

/// <summary>
/// Remembers the ids of words met before. Bounded: two places for each hash, the older gives way.
/// Thread-safe without locks: entries are immutable and slots are single references.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longest word kept, in UTF-16 units.</summary>
    public const int LongestWord = 32;

    private const int Pairs = 1 << 14;

    private readonly Entry?[] _slots = new Entry?[Pairs * 2];

    private sealed record Entry(string Word, int[] Ids);

    /// <summary>The ids of a word, or null when it is not here.</summary>
    public int[]? Find(ReadOnlySpan<char> word, out int hash)
    {
        hash = string.GetHashCode(word);
        var slot = (hash & (Pairs - 1)) * 2;
        if (Volatile.Read(ref _slots[slot]) is { } first && word.SequenceEqual(first.Word)) return first.Ids;
        if (Volatile.Read(ref _slots[slot + 1]) is { } second && word.SequenceEqual(second.Word)) return second.Ids;
        return null;
    }

    /// <summary>Keeps a word's ids; <paramref name="hash"/> is what <see cref="Find"/> gave for it.</summary>
    public void Add(ReadOnlySpan<char> word, int hash, ReadOnlySpan<int> ids)
    {
        var slot = (hash & (Pairs - 1)) * 2;
        Volatile.Write(ref _slots[slot + 1], Volatile.Read(ref _slots[slot]));
        Volatile.Write(ref _slots[slot], new Entry(word.ToString(), ids.ToArray()));
    }
}
