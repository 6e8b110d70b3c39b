using System.Buffers.Binary;
using System.Text.Unicode;

namespace Ingot.Text.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's compiled rules, from characters to texts: a double array over UTF-8 bytes, and the texts its values point
/// at, each ended by a zero byte. The array comes from a file: nothing in it is believed, and a walk takes one step for each
/// byte it is given. Immutable and thread-safe.
/// </summary>
internal sealed class CharacterMap
{
    /// <summary>Most bytes a rule may put in place of what it matches.</summary>
    public const int MaxReplacement = 1024;

    private const uint ValueMark = 1u << 31;

    private readonly uint[] _units;
    private readonly byte[] _texts;

    private CharacterMap(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    /// <summary>Reads compiled rules: the array's length in bytes, the array, the texts; little-endian.</summary>
    /// <exception cref="FormatException">They are not that; the message says why and fits after "is".</exception>
    public static CharacterMap Parse(ReadOnlySpan<byte> rules)
    {
        if (rules.Length < 8) throw new FormatException("too short");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rules);
        rules = rules[4..];
        if (length == 0 || length % 4 != 0 || length > rules.Length) throw new FormatException("of the wrong length for its array");
        var units = new uint[length / 4];
        for (var i = 0; i < units.Length; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(rules[(i * 4)..]);
        var texts = rules[(int)length..].ToArray();
        if (!Utf8.IsValid(texts)) throw new FormatException("not made of UTF-8 texts");
        for (var start = 0; start < texts.Length;)
        {
            var end = Array.IndexOf(texts, (byte)0, start);
            if (end < 0) end = texts.Length;
            if (end - start > MaxReplacement) throw new FormatException($"made of texts of more than {MaxReplacement} bytes");
            start = end + 1;
        }
        return new CharacterMap(units, texts);
    }

    /// <summary>Finds what the shortest beginning that has a rule becomes.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="replacement">UTF-8; may be empty.</param>
    /// <returns>Whether any beginning has a rule.</returns>
    public bool TryFind(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        var node = OffsetOf(_units[0]);
        foreach (var label in text)
        {
            node ^= label;
            if (label == 0 || node >= _units.Length) return false;
            var unit = _units[node];
            if ((unit & (ValueMark | 0xFF)) != label) return false;
            node ^= OffsetOf(unit);
            if ((unit & (1u << 8)) == 0) continue;
            if (node >= _units.Length) return false;
            var start = _units[node] & ~ValueMark;
            if (start > _texts.Length) return false;
            replacement = _texts.AsSpan((int)start);
            var end = replacement.IndexOf((byte)0);
            if (end >= 0) replacement = replacement[..end];
            return true;
        }
        return false;
    }

    // Far nodes have their distance in steps of 256.
    private static uint OffsetOf(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
