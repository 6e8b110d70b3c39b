using System.Text;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Characters;

/// <summary>A set of Unicode scalar values as ascending ranges that neither touch nor overlap. Immutable.</summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;

    // Beyond this many characters a set holds whole scripts, both cases of them.
    private const int MaxFolded = 70_000;

    private CodePointSet(CharacterRange[] ranges) => Ranges = ranges;

    public static CodePointSet All { get; } = Of([new CharacterRange(0, Last)]);

    public static CodePointSet None { get; } = new([]);

    public CharacterRange[] Ranges { get; }

    public bool IsAll => Ranges.AsSpan().SequenceEqual(All.Ranges);

    public bool IsEmpty => Ranges.Length == 0;

    public static CodePointSet Of(int codePoint) => Of([new CharacterRange(codePoint, codePoint)]);

    public static CodePointSet Of(CharacterSet set)
    {
        var ranges = Of(set.Ranges);
        return set.Negated ? ranges.Negate() : ranges;
    }

    public static CodePointSet Of(IEnumerable<CharacterRange> ranges)
    {
        List<CharacterRange> parts = [];
        foreach (var (first, last) in ranges)
        {
            Add(parts, Math.Max(first, 0), Math.Min(last, FirstSurrogate - 1));
            Add(parts, Math.Max(first, LastSurrogate + 1), Math.Min(last, Last));
        }
        parts.Sort((a, b) => a.First.CompareTo(b.First));
        List<CharacterRange> merged = [];
        foreach (var part in parts)
        {
            if (merged.Count > 0 && part.First <= Next(merged[^1].Last))
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, part.Last) };
            else
                merged.Add(part);
        }
        return new CodePointSet([.. merged]);
    }

    public static CodePointSet Union(IEnumerable<CodePointSet> sets) => Of(sets.SelectMany(set => set.Ranges));

    public CodePointSet Negate()
    {
        List<CharacterRange> gaps = [];
        var from = 0;
        foreach (var range in Ranges)
        {
            Add(gaps, from, range.First - 1);
            from = range.Last + 1;
        }
        Add(gaps, from, Last);
        return Of(gaps);
    }

    public CodePointSet And(CodePointSet other) => Union([Negate(), other.Negate()]).Negate();

    public CodePointSet Except(CodePointSet other) => And(other.Negate());

    /// <summary>The set with both cases of every letter it has in one.</summary>
    public CodePointSet FoldCase()
    {
        if (Ranges.Sum(range => (long)range.Last - range.First + 1) > MaxFolded) return this;
        List<CharacterRange> folded = [.. Ranges];
        foreach (var range in Ranges)
        {
            for (var value = range.First; value <= range.Last; value++)
            {
                var rune = new Rune(value);
                AddOne(folded, Rune.ToLowerInvariant(rune).Value, value);
                AddOne(folded, Rune.ToUpperInvariant(rune).Value, value);
            }
        }
        return Of(folded);
    }

    public CharacterSet ToNode() => new(Ranges);

    private static int Next(int value) => value == FirstSurrogate - 1 ? LastSurrogate + 1 : value + 1;

    private static void Add(List<CharacterRange> parts, int first, int last)
    {
        if (first <= last) parts.Add(new CharacterRange(first, last));
    }

    private static void AddOne(List<CharacterRange> ranges, int value, int known)
    {
        if (value != known) ranges.Add(new CharacterRange(value, value));
    }
}
