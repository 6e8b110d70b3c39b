namespace Ingot.Text.Tokenizers.Model;

/// <summary>
/// WordPiece: from the start of a word the longest token each time, those after the first marked by a prefix. A word that
/// cannot be made up is one unknown token.
/// </summary>
/// <param name="trie">The tokens.</param>
/// <param name="prefix">What a token that continues a word begins with; may be empty.</param>
/// <param name="unknown">The token for a word that cannot be made up.</param>
/// <param name="longestWord">Most characters (code points) of a word; a longer one is unknown.</param>
internal sealed class WordPieceModel(TokenTrie trie, string prefix, int unknown, int longestWord) : TokenModel
{
    private readonly int _continuing = trie.Walk(TokenTrie.Root, prefix);

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids) => EncodeWord(piece, ids);

    protected override void EncodeAnew(ReadOnlySpan<char> word, List<int> ids)
    {
        if (CountCharacters(word) > longestWord)
        {
            ids.Add(unknown);
            return;
        }
        var before = ids.Count;
        var node = TokenTrie.Root;
        while (!word.IsEmpty)
        {
            var length = FindLongest(node, word, out var id);
            if (length == 0)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(unknown);
                return;
            }
            ids.Add(id);
            word = word[length..];
            node = _continuing;
        }
    }

    private int FindLongest(int node, ReadOnlySpan<char> text, out int id)
    {
        id = TokenTrie.None;
        var longest = 0;
        for (var length = 1; node != TokenTrie.None && length <= text.Length; length++)
        {
            node = trie.Next(node, text[length - 1]);
            if (node == TokenTrie.None || trie.IdAt(node) is TokenTrie.None) continue;
            (longest, id) = (length, trie.IdAt(node));
        }
        return longest;
    }

    private static int CountCharacters(ReadOnlySpan<char> word)
    {
        var count = word.Length;
        foreach (var unit in word)
        {
            if (char.IsLowSurrogate(unit)) count--;
        }
        return count;
    }
}
