using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads <c>model.merges</c>, the pairs of tokens that a byte-pair model joins, most urgent first.</summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="vocabulary">The tokens that merges name.</param>
/// <param name="prefix">What a token that continues a word begins with; empty where there is no such mark.</param>
internal sealed class MergeReader(string file, Vocabulary vocabulary, string prefix)
{
    private readonly List<(int Left, int Right, int Result)> _merges = new(vocabulary.Size);

    /// <summary>Reads the list; the reader stands on its first token and is left on its last.</summary>
    public List<(int Left, int Right, int Result)> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Invalid("model.merges", "must be an array");
        var buffer = new char[(TokenizerLimits.MaxTokenLength * 2) + 1];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (_merges.Count == TokenizerLimits.MaxMerges) throw Invalid("model.merges", $"has more than {TokenizerLimits.MaxMerges} entries");
            var (left, length) = reader.TokenType switch
            {
                JsonTokenType.String => ReadSpaced(ref reader, buffer),
                JsonTokenType.StartArray => ReadPair(ref reader, buffer),
                _ => throw Invalid(Path, "must be a text or a pair of texts"),
            };
            _merges.Add(Resolve(buffer.AsSpan(0, length), left));
        }
        return _merges;
    }

    private string Path => $"model.merges[{_merges.Count}]";

    private (int Left, int Length) ReadSpaced(ref Utf8JsonReader reader, char[] buffer)
    {
        var length = Copy(ref reader, buffer, 0);
        var space = buffer.AsSpan(0, length).IndexOf(' ');
        if (space <= 0 || space == length - 1 || buffer.AsSpan(space + 1, length - space - 1).Contains(' '))
            throw Invalid(Path, "must be two tokens with one space between");
        buffer.AsSpan(space + 1, length - space - 1).CopyTo(buffer.AsSpan(space));
        return (space, length - 1);
    }

    private (int Left, int Length) ReadPair(ref Utf8JsonReader reader, char[] buffer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) throw Invalid(Path, "must be a pair of texts");
        var left = Copy(ref reader, buffer, 0);
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) throw Invalid(Path, "must be a pair of texts");
        var length = left + Copy(ref reader, buffer, left);
        reader.Read();
        if (reader.TokenType != JsonTokenType.EndArray) throw Invalid(Path, "must be a pair of texts");
        return (left, length);
    }

    private int Copy(ref Utf8JsonReader reader, char[] buffer, int at)
    {
        if (reader.ValueSpan.Length > TokenizerLimits.MaxTokenLength) throw Invalid(Path, "is too long");
        return reader.CopyString(buffer.AsSpan(at));
    }

    private (int Left, int Right, int Result) Resolve(ReadOnlySpan<char> pair, int left)
    {
        var first = pair[..left];
        var second = pair[left..];
        // A second part drops the mark that it continues a word.
        var merged = prefix.Length > 0 && second.StartsWith(prefix, StringComparison.Ordinal) ? string.Concat(first, second[prefix.Length..]) : pair;
        return (Find(first), Find(second), Find(merged));
    }

    private int Find(ReadOnlySpan<char> token) =>
        vocabulary.Find(token) ?? throw Invalid(Path, $"needs the token '{token}', which is not in the vocabulary");

    private IngotException Invalid(string path, string what) => new(ErrorCode.ModelInvalid, $"{file}: {path} {what}.");
}
