using System.Globalization;
using System.Text;

namespace Ingot.Text.Tokenizers.Normalizers;

/// <summary>
/// Applies SentencePiece's compiled rules. A user-perceived character of fewer than six bytes is looked up as a whole, and
/// what its shortest beginning becomes takes the place of all of it; other characters are looked up code point by code
/// point. Models were trained on exactly that.
/// </summary>
internal sealed class PrecompiledNormalizer : Normalizer
{
    private const int LongestCluster = 5;

    // Code points below neither join what stands before them, nor begin with rules of their own where this says so.
    private const char FirstMark = '\u0300';

    private readonly CharacterMap _map;
    private readonly bool[] _staysAlone = new bool[128];

    public PrecompiledNormalizer(CharacterMap map)
    {
        _map = map;
        for (var i = 0; i < _staysAlone.Length; i++) _staysAlone[i] = i != '\r' && !map.TryFind([(byte)i], out _);
    }

    public override string Normalize(string text, ref int[]? origins)
    {
        var at = CountUnchanged(text, 0);
        if (at == text.Length) return text;
        var work = new Work(text, origins);
        work.Copy(0, at);
        while (at < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(at));
            Apply(work, at, at + length);
            at += length;
            var unchanged = CountUnchanged(text, at);
            work.Copy(at, at + unchanged);
            at += unchanged;
        }
        return work.Finish(ref origins);
    }

    private int CountUnchanged(string text, int start)
    {
        var at = start;
        while (at < text.Length && text[at] < 128 && _staysAlone[text[at]] && (at + 1 == text.Length || text[at + 1] < FirstMark)) at++;
        return at - start;
    }

    private void Apply(Work work, int start, int end)
    {
        if (end - start <= LongestCluster && TryReplace(work, start, end)) return;
        for (var at = start; at < end;)
        {
            var next = at + (char.IsHighSurrogate(work.Text[at]) && at + 1 < end ? 2 : 1);
            if (!TryReplace(work, at, next)) work.Copy(at, next);
            at = next;
        }
    }

    private bool TryReplace(Work work, int start, int end)
    {
        Span<byte> bytes = stackalloc byte[LongestCluster * 3];
        var length = Encoding.UTF8.GetBytes(work.Text.AsSpan(start, end - start), bytes);
        if (length > LongestCluster || !_map.TryFind(bytes[..length], out var replacement)) return false;
        work.Put(replacement, start);
        return true;
    }

    private sealed class Work(string text, int[]? origins)
    {
        private readonly StringBuilder _result = new(text.Length);
        private readonly List<int>? _from = origins is null ? null : new List<int>(text.Length);

        public string Text => text;

        public void Copy(int start, int end)
        {
            _result.Append(text, start, end - start);
            _from?.AddRange(origins.AsSpan(start, end - start));
        }

        public void Put(ReadOnlySpan<byte> replacement, int at)
        {
            Span<char> characters = stackalloc char[CharacterMap.MaxReplacement];
            var count = Encoding.UTF8.GetChars(replacement, characters);
            _result.Append(characters[..count]);
            _from?.AddRange(Enumerable.Repeat(origins![at], count));
            CheckGrowth(_result.Length, text.Length);
        }

        public string Finish(ref int[]? rewritten)
        {
            // The format does not count what is left out at the beginning: the text still begins where it began.
            if (_from is { Count: > 0 }) _from[0] = origins![0];
            rewritten = _from?.ToArray();
            return _result.ToString();
        }
    }
}
