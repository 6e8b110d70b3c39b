using System.Globalization;
using System.Text;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Normalizers;

/// <summary>What becomes of one character.</summary>
internal enum CharacterChange
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>It is left out.</summary>
    Removed,

    /// <summary>A space takes its place.</summary>
    Space,

    /// <summary>It gets a space on either side.</summary>
    Spaced,
}

/// <summary>Changes characters one by one, each without regard to its neighbours.</summary>
internal sealed class CharacterNormalizer : Normalizer
{
    private readonly Func<int, CharacterChange> _change;
    private readonly CharacterChange[] _ascii = new CharacterChange[128];

    /// <summary>A normalizer that asks a function about each code point.</summary>
    public CharacterNormalizer(Func<int, CharacterChange> change)
    {
        _change = change;
        for (var i = 0; i < _ascii.Length; i++) _ascii[i] = change(i);
    }

    /// <summary>BERT's cleaning: no control characters and no U+FFFD, and only one kind of space.</summary>
    public static CharacterNormalizer CleanText() => new(c => c switch
    {
        '\t' or '\n' or '\r' => CharacterChange.Space,
        0xFFFD => CharacterChange.Removed,
        _ when CodePoints.CategoryOf(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse => CharacterChange.Removed,
        _ => CodePoints.IsWhiteSpace(c) ? CharacterChange.Space : CharacterChange.None,
    });

    /// <summary>Makes each Chinese character a word: those blocks of Han that BERT knows, no kana and no Hangul.</summary>
    public static CharacterNormalizer SpaceChinese() => new(c =>
        c is (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x2A6DF)
            or (>= 0x2A700 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F)
            ? CharacterChange.Spaced
            : CharacterChange.None);

    /// <summary>Removes marks that take no room of their own (category Mn).</summary>
    public static CharacterNormalizer RemoveNonspacingMarks() => new(c =>
        c >= 0x300 && CodePoints.CategoryOf(c) == UnicodeCategory.NonSpacingMark ? CharacterChange.Removed : CharacterChange.None);

    /// <summary>The cleaning of neural machine translation: SentencePiece's <c>nmt</c> rules without a normal form.</summary>
    public static CharacterNormalizer Nmt() => new(c => c switch
    {
        (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => CharacterChange.Removed,
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => CharacterChange.Space,
        _ => CharacterChange.None,
    });

    public override string Normalize(string text, ref int[]? origins)
    {
        var at = FindChange(text);
        if (at == text.Length) return text;
        var result = new StringBuilder(text.Length + 16).Append(text, 0, at);
        var from = origins is null ? null : new List<int>(origins[..at]);
        while (at < text.Length)
        {
            var change = ChangeAt(text, at, out var length);
            var before = result.Length;
            if (change is CharacterChange.Space or CharacterChange.Spaced) result.Append(' ');
            if (change is CharacterChange.None or CharacterChange.Spaced) result.Append(text, at, length);
            if (change is CharacterChange.Spaced) result.Append(' ');
            from?.AddRange(Enumerable.Repeat(origins![at], result.Length - before));
            at += length;
        }
        origins = from?.ToArray();
        return result.ToString();
    }

    private int FindChange(string text)
    {
        var at = 0;
        while (at < text.Length && ChangeAt(text, at, out var length) == CharacterChange.None) at += length;
        return at;
    }

    private CharacterChange ChangeAt(string text, int at, out int length)
    {
        length = 1;
        return text[at] < 128 ? _ascii[text[at]] : _change(CodePoints.At(text, at, out length));
    }
}
