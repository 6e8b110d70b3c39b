using Ingot.Text.Tokenizers.Patterns;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost, and of those at one place the longest. Immutable and thread-safe.</summary>
internal sealed class AddedTokenFinder
{
    private readonly Node _root = new();

    /// <summary>A finder for tokens and the forms they are looked for in.</summary>
    public AddedTokenFinder(IEnumerable<(string Form, AddedToken Token)> tokens)
    {
        foreach (var (form, token) in tokens)
        {
            if (form.Length == 0) continue;
            var node = _root;
            foreach (var unit in form)
            {
                if (!node.Children.TryGetValue(unit, out var child)) node.Children.Add(unit, child = new Node());
                node = child;
            }
            // Of two tokens with one form the first counts.
            node.Token ??= token;
            HasControl |= token.IsControl;
        }
    }

    /// <summary>Whether there is anything to find.</summary>
    public bool IsEmpty => _root.Children.Count == 0;

    /// <summary>Whether any of the tokens must not be found in text from outside.</summary>
    public bool HasControl { get; }

    /// <summary>A token found, with the white space it takes.</summary>
    public readonly record struct Match(AddedToken Token, TextRange Range);

    /// <summary>Finds all from left to right, not overlapping.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isFromOutside">Whether any part of a range was written by somebody not trusted; null when nothing was.</param>
    public List<Match> FindAll(string text, Func<TextRange, bool>? isFromOutside)
    {
        List<Match> matches = [];
        if (IsEmpty) return matches;
        var taken = 0;
        var at = 0;
        while (at < text.Length)
        {
            if (Longest(text, at, isFromOutside) is not { } found)
            {
                at++;
                continue;
            }
            var (token, end) = found;
            if (!token.SingleWord || StandsAlone(text, at, end))
            {
                var start = at;
                while (token.StripsLeft && start > taken && char.IsWhiteSpace(text[start - 1])) start--;
                while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end])) end++;
                matches.Add(new Match(token, new TextRange(start, end)));
                taken = end;
            }
            at = end;
        }
        return matches;
    }

    private (AddedToken Token, int End)? Longest(string text, int at, Func<TextRange, bool>? isFromOutside)
    {
        (AddedToken, int)? longest = null;
        var node = _root;
        for (var end = at; end < text.Length && node.Children.TryGetValue(text[end], out node!); end++)
        {
            if (node.Token is not { } token) continue;
            if (token.IsControl && isFromOutside is not null && isFromOutside(new TextRange(at, end + 1))) continue;
            longest = (token, end + 1);
        }
        return longest;
    }

    private static bool StandsAlone(string text, int start, int end) =>
        (start == 0 || !IsWithinWord(CodePoints.Before(text, start, out _)))
        && (end == text.Length || !IsWithinWord(CodePoints.At(text, end, out _)));

    private static bool IsWithinWord(int codePoint) =>
        CodePoints.IsWord(codePoint) || (codePoint < 0x10000 && CodePoints.Joiners.Contains((char)codePoint));

    private sealed class Node
    {
        public Dictionary<char, Node> Children { get; } = [];

        public AddedToken? Token { get; set; }
    }
}
