using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Characters;

/// <summary>The byte sequences that write the characters of a set inside a JSON string.</summary>
internal static class JsonSequences
{
    private const string ShortEscaped = "\"\\/\b\f\n\r\t";
    private const string ShortEscapes = "\"\\/bfnrt";

    /// <summary>What a JSON string cannot hold unescaped.</summary>
    public static CodePointSet MustBeEscaped { get; } = CodePointSet.Of([new(0, 0x1F), new('"', '"'), new('\\', '\\')]);

    public static void AddPlain(List<ByteSet[]> sequences, CodePointSet set) => Utf8Sequences.Add(sequences, set.Except(MustBeEscaped));

    public static void AddShortEscapes(List<ByteSet[]> sequences, CodePointSet set)
    {
        for (var i = 0; i < ShortEscaped.Length; i++)
        {
            var code = ShortEscaped[i];
            if (set.Ranges.Any(range => range.First <= code && code <= range.Last)) sequences.Add([One('\\'), One(ShortEscapes[i])]);
        }
    }

    public static void AddHexEscapes(List<ByteSet[]> sequences, CodePointSet set)
    {
        foreach (var (first, last) in set.Ranges)
        {
            // A range may pass over the surrogates, which are no characters: half a pair alone is no string.
            if (first < 0xD800) AddUnits(sequences, [], first, Math.Min(last, 0xD7FF));
            if (first <= 0xFFFF && last > 0xDFFF) AddUnits(sequences, [], Math.Max(first, 0xE000), Math.Min(last, 0xFFFF));
            if (last > 0xFFFF) AddPairs(sequences, Math.Max(first, 0x10000) - 0x10000, last - 0x10000);
        }
    }

    private static void AddPairs(List<ByteSet[]> sequences, int first, int last)
    {
        var (firstHigh, lastHigh) = (first >> 10, last >> 10);
        if (firstHigh == lastHigh)
        {
            AddPair(sequences, firstHigh, firstHigh, first & 0x3FF, last & 0x3FF);
            return;
        }
        if ((first & 0x3FF) != 0) AddPair(sequences, firstHigh, firstHigh++, first & 0x3FF, 0x3FF);
        if ((last & 0x3FF) != 0x3FF) AddPair(sequences, lastHigh, lastHigh--, 0, last & 0x3FF);
        if (firstHigh <= lastHigh) AddPair(sequences, firstHigh, lastHigh, 0, 0x3FF);
    }

    private static void AddPair(List<ByteSet[]> sequences, int firstHigh, int lastHigh, int firstLow, int lastLow)
    {
        List<ByteSet[]> highs = [];
        AddUnits(highs, [], 0xD800 + firstHigh, 0xD800 + lastHigh);
        foreach (var high in highs) AddUnits(sequences, high, 0xDC00 + firstLow, 0xDC00 + lastLow);
    }

    private static void AddUnits(List<ByteSet[]> sequences, ByteSet[] before, int first, int last)
    {
        for (var bits = 4; bits <= 12; bits += 4)
        {
            var mask = (1 << bits) - 1;
            if ((first & ~mask) == (last & ~mask)) continue;
            if ((first & mask) != 0)
            {
                AddUnits(sequences, before, first, first | mask);
                AddUnits(sequences, before, (first | mask) + 1, last);
                return;
            }
            if ((last & mask) != mask)
            {
                AddUnits(sequences, before, first, (last & ~mask) - 1);
                AddUnits(sequences, before, last & ~mask, last);
                return;
            }
        }
        sequences.Add([.. before, One('\\'), One('u'), Digit(12), Digit(8), Digit(4), Digit(0)]);

        ByteSet Digit(int shift) => Digits((first >> shift) & 15, (last >> shift) & 15);
    }

    private static ByteSet Digits(int first, int last)
    {
        var set = default(ByteSet);
        for (var digit = first; digit <= last; digit++)
        {
            set = set.With((byte)"0123456789abcdef"[digit]).With((byte)"0123456789ABCDEF"[digit]);
        }
        return set;
    }

    private static ByteSet One(char value) => default(ByteSet).With((byte)value);
}
