using System.Text.RegularExpressions;

namespace Ingot.Benchmarks.Speculation;

/// <summary>
/// An everyday edit of code: a file of this project, and the same file with a name changed throughout, a method taken out and
/// comments and a guard put in. Words, spaces and signs are the tokens, about as long as a tokenizer's.
/// </summary>
internal sealed partial class CodeEdit
{
    private readonly Dictionary<string, int> _ids = [];

    public CodeEdit()
    {
        string before = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Speculation", "edited-code.txt")).ReplaceLineEndings("\n");
        string after = Edit(before);
        Prompt = [.. Tokens("Rename the parameter, drop the last method, say what the loops do:\n\n"), .. Tokens(before), .. Tokens("\n\nThe whole file:\n\n")];
        Before = [.. Tokens(before)];
        Answer = [.. Tokens(after)];
    }

    /// <summary>The request, with the file in it.</summary>
    public IReadOnlyList<int> Prompt { get; }

    /// <summary>The file as it was.</summary>
    public IReadOnlyList<int> Before { get; }

    /// <summary>The file edited.</summary>
    public IReadOnlyList<int> Answer { get; }

    private static string Edit(string text)
    {
        text = text.Replace("tokens", "ids", StringComparison.Ordinal);
        text = LoopLine().Replace(text, "$1// One after the other: each depends on those before it.\n$1for");
        int last = text.LastIndexOf("\n    private ", StringComparison.Ordinal);
        return last < 0 ? text : text[..last] + "\n}\n";
    }

    private IEnumerable<int> Tokens(string text)
    {
        foreach (Match match in Piece().Matches(text))
        {
            if (!_ids.TryGetValue(match.Value, out int id))
                _ids.Add(match.Value, id = 1000 + _ids.Count);
            yield return id;
        }
    }

    [GeneratedRegex(@" ?\p{Lu}?\p{Ll}+| ?\w| ?[^\w\s]{1,3}|\n *|\s")]
    private static partial Regex Piece();

    [GeneratedRegex("^( *)for", RegexOptions.Multiline)]
    private static partial Regex LoopLine();
}
