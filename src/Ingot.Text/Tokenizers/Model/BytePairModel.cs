using System.Buffers;
using System.Text;

namespace Ingot.Text.Tokenizers.Model;

/// <summary>
/// Turns words into token ids: splits a word into symbols (bytes or characters), then merges them by rank.
/// Thread-safe; many requests share one.
/// </summary>
internal sealed class BytePairModel : TokenModel
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly BytePairOptions _options;
    private readonly WordBoundaries? _boundaries;
    private readonly int[] _byteSymbols = new int[256];

    /// <summary>Makes a model over a vocabulary that changes no more.</summary>
    public BytePairModel(Vocabulary vocabulary, MergeTable merges, BytePairOptions options)
    {
        (_vocabulary, _merges, _options) = (vocabulary, merges, options);
        for (var value = 0; value < 256; value++)
        {
            var token = options.ByteLevel ? ByteCharacters.OfByte[value].ToString() : $"<0x{value:X2}>";
            _byteSymbols[value] = vocabulary.Find(token) ?? -1;
        }
        if (!options.ByteLevel && options.EndSuffix.Length == 0 && options.ContinuingPrefix.Length == 0)
            _boundaries = WordBoundaries.Of(vocabulary);
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_boundaries is null)
        {
            EncodeWord(piece, ids);
            return;
        }
        if (_options.IgnoreMerges && piece.Length <= _vocabulary.LongestToken && _vocabulary.Find(piece) is { } whole)
        {
            ids.Add(whole);
            return;
        }
        while (!piece.IsEmpty)
        {
            var length = _boundaries.LengthOfFirst(piece);
            EncodeWord(piece[..length], ids);
            piece = piece[length..];
        }
    }

    protected override void EncodeAnew(ReadOnlySpan<char> word, List<int> ids)
    {
        // Where a piece is cut at boundaries, the whole was looked up before.
        if (_boundaries is null && _options.IgnoreMerges && FindWhole(word) is { } token)
        {
            ids.Add(token);
            return;
        }
        // A UTF-16 unit takes at most three bytes, and so at most three symbols.
        var needed = word.Length * 3;
        int[]? rented = null;
        var symbols = needed <= 256 ? stackalloc int[256] : (rented = ArrayPool<int>.Shared.Rent(needed)).AsSpan();
        var count = _options.ByteLevel ? ReadBytes(word, symbols) : ReadCharacters(word, symbols);
        count = BytePairMerger.Merge(_merges, symbols[..count]);
        ids.AddRange(symbols[..count]);
        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
    }

    private int? FindWhole(ReadOnlySpan<char> word)
    {
        if (word.Length > _vocabulary.LongestToken) return null;
        if (!_options.ByteLevel) return _vocabulary.Find(word);
        Span<byte> bytes = stackalloc byte[4];
        var spelled = new StringBuilder(word.Length * 2);
        foreach (var rune in word.EnumerateRunes())
        {
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)]) spelled.Append(ByteCharacters.OfByte[value]);
        }
        return _vocabulary.Find(spelled.ToString());
    }

    private int ReadBytes(ReadOnlySpan<char> word, Span<int> symbols)
    {
        var count = 0;
        var unknown = new UnknownRun(_options);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in word.EnumerateRunes())
        {
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)]) unknown.Add(_byteSymbols[value], symbols, ref count);
        }
        return count;
    }

    private int ReadCharacters(ReadOnlySpan<char> word, Span<int> symbols)
    {
        var count = 0;
        var unknown = new UnknownRun(_options);
        var at = 0;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in word.EnumerateRunes())
        {
            var next = at + rune.Utf16SequenceLength;
            var symbol = FindSymbol(word[at..next], isFirst: at == 0, isLast: next == word.Length);
            at = next;
            if (symbol is null && _options.ByteFallback)
            {
                var spelled = bytes[..rune.EncodeToUtf8(bytes)];
                if (AllKnown(spelled))
                {
                    foreach (var value in spelled) unknown.Add(_byteSymbols[value], symbols, ref count);
                    continue;
                }
            }
            unknown.Add(symbol ?? -1, symbols, ref count);
        }
        return count;
    }

    private int? FindSymbol(ReadOnlySpan<char> character, bool isFirst, bool isLast)
    {
        var prefix = isFirst ? "" : _options.ContinuingPrefix;
        var suffix = isLast ? _options.EndSuffix : "";
        return prefix.Length + suffix.Length == 0 ? _vocabulary.Find(character) : _vocabulary.Find(string.Concat(prefix, character, suffix));
    }

    private bool AllKnown(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (_byteSymbols[value] < 0) return false;
        }
        return true;
    }

    /// <summary>Writes symbols, and for unknown ones the unknown token, once for a run of them where the model says so.</summary>
    private ref struct UnknownRun(BytePairOptions options)
    {
        private bool _isOpen;

        public void Add(int symbol, Span<int> symbols, ref int count)
        {
            var isUnknown = symbol < 0;
            if (!isUnknown)
            {
                symbols[count++] = symbol;
            }
            else if (options.UnknownToken is { } unknown && !(_isOpen && options.FuseUnknown))
            {
                symbols[count++] = unknown;
            }
            _isOpen = isUnknown;
        }
    }
}
