using System.Text;
using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Characters;

/// <summary>The byte sequences that write the characters of a set in UTF-8.</summary>
internal static class Utf8Sequences
{
    private const int LastBeforeSurrogates = 0xD7FF;
    private const int FirstAfterSurrogates = 0xE000;

    // A range may pass over the surrogates, which have no place in UTF-8: it is cut there too.
    private static readonly int[] LastAlike = [0x7F, 0x7FF, LastBeforeSurrogates, 0xFFFF, 0x10FFFF];

    public static void Add(List<ByteSet[]> sequences, CodePointSet set)
    {
        foreach (var range in set.Ranges)
        {
            var first = range.First;
            foreach (var last in LastAlike)
            {
                if (first > last) continue;
                AddSameLength(sequences, first, Math.Min(range.Last, last));
                first = last == LastBeforeSurrogates ? FirstAfterSurrogates : last + 1;
                if (first > range.Last) break;
            }
        }
    }

    private static void AddSameLength(List<ByteSet[]> sequences, int first, int last)
    {
        // Cut until every place's range is independent of the others: whole blocks of 64 (4096, …) or one leading part.
        for (var bits = 6; bits <= 18; bits += 6)
        {
            var mask = (1 << bits) - 1;
            if (first > 0x7F && (first & ~mask) != (last & ~mask))
            {
                if ((first & mask) != 0)
                {
                    AddSameLength(sequences, first, first | mask);
                    AddSameLength(sequences, (first | mask) + 1, last);
                    return;
                }
                if ((last & mask) != mask)
                {
                    AddSameLength(sequences, first, (last & ~mask) - 1);
                    AddSameLength(sequences, last & ~mask, last);
                    return;
                }
            }
        }
        Span<byte> low = stackalloc byte[4];
        Span<byte> high = stackalloc byte[4];
        var length = new Rune(first).EncodeToUtf8(low);
        new Rune(last).EncodeToUtf8(high);
        var sequence = new ByteSet[length];
        for (var i = 0; i < length; i++) sequence[i] = ByteSet.Of(low[i], high[i]);
        sequences.Add(sequence);
    }
}
