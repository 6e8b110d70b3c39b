namespace Ingot.Text.Tokenizers.Model;

/// <summary>
/// Finds places in a SentencePiece-style text that no token crosses: before a space mark, after a character that no
/// token has just before one. Merging either side alone gives the same ids, so whole texts go through the word cache.
/// </summary>
internal sealed class WordBoundaries
{
    private const char Mark = '\u2581';

    private readonly bool[] _joins;

    private WordBoundaries(bool[] joins) => _joins = joins;

    /// <summary>The boundaries of a vocabulary; null when it has no space mark.</summary>
    public static WordBoundaries? Of(Vocabulary vocabulary)
    {
        if (vocabulary.Find([Mark]) is null) return null;
        var joins = new bool[0x10000];
        foreach (var token in vocabulary.Tokens.Keys)
        {
            for (var i = token.LastIndexOf(Mark); i > 0; i = token.LastIndexOf(Mark, i - 1)) joins[token[i - 1]] = true;
        }
        return new WordBoundaries(joins);
    }

    /// <summary>Length of the part up to the first boundary; the whole when there is none.</summary>
    public int LengthOfFirst(ReadOnlySpan<char> text)
    {
        var at = 1;
        while (at < text.Length)
        {
            var mark = text[at..].IndexOf(Mark);
            if (mark < 0) return text.Length;
            at += mark;
            if (!_joins[text[at - 1]]) return at;
            at++;
        }
        return text.Length;
    }
}
