using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>model</c> section of tokenizer.json: vocabulary, merges and options of a byte-pair model.</summary>
/// <param name="file">The file's name, for messages.</param>
internal sealed class ModelReader(string file)
{
    private readonly Dictionary<string, JsonElement> _options = [];
    private List<(int Left, int Right, int Result)>? _merges;

    /// <summary>Whether there was such a section.</summary>
    public bool WasRead { get; private set; }

    public Vocabulary Vocabulary { get; private set; } = new(0);

    /// <summary>Reads the section; the reader stands on its first token and is left on its last.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        if (WasRead) throw Invalid("model", "occurs twice");
        WasRead = true;
        if (reader.TokenType != JsonTokenType.StartObject) throw Invalid("model", "must be an object");

        // Merges name tokens, so they wait for the vocabulary, which may follow them; a reader is a value that can be kept.
        var merges = reader;
        var hasMerges = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "vocab":
                    ReadVocabulary(ref reader);
                    break;
                case "merges":
                    merges = reader;
                    hasMerges = true;
                    reader.Skip();
                    break;
                default:
                    using (var option = JsonDocument.ParseValue(ref reader)) _options[name] = option.RootElement.Clone();
                    break;
            }
        }
        if (Option("type").TextOrNull() is { } type && type != "BPE")
            throw new IngotException(ErrorCode.ModelUnsupported, $"{file}: model.type '{type}' is not supported; only BPE is.");
        if (Vocabulary.Size == 0) throw Invalid("model.vocab", "is missing or empty");
        if (!hasMerges) throw Invalid("model.merges", "is missing");
        ReadMerges(ref merges);
    }

    /// <summary>Makes the model once the other sections are known.</summary>
    /// <param name="added">The added tokens.</param>
    /// <param name="isByteLevel">Whether pieces reach the model as text whose bytes are the symbols.</param>
    public BytePairModel Build(IReadOnlyList<AddedToken> added, bool isByteLevel)
    {
        var dropout = Option("dropout");
        if (!dropout.IsMissing && !(dropout.Value.ValueKind == JsonValueKind.Number && dropout.Value.GetDouble() == 0))
            throw dropout.Unsupported("must be null or 0: encoding is exact here, never at random");

        var options = new BytePairOptions
        {
            UnknownToken = FindUnknown(Option("unk_token")),
            FuseUnknown = Option("fuse_unk").Flag(absent: false),
            ByteFallback = Option("byte_fallback").Flag(absent: false),
            IgnoreMerges = Option("ignore_merges").Flag(absent: false),
            EndSuffix = Option("end_of_word_suffix").TextOrNull() ?? "",
            ByteLevel = isByteLevel,
            ContinuingPrefix = Option("continuing_subword_prefix").TextOrNull() ?? "",
        };
        // No merge may lead to a control token: text from outside would become one by being spelled.
        var control = added.Where(t => t.IsControl).Select(t => t.Id).ToHashSet();
        var table = new MergeTable(_merges!.Count);
        for (var rank = 0; rank < _merges.Count; rank++)
        {
            var (left, right, result) = _merges[rank];
            if (!control.Contains(result)) table.Set(left, right, rank, result);
        }
        _merges = null;
        return new BytePairModel(Vocabulary, table, options);
    }

    private int? FindUnknown(JsonAt token)
    {
        if (token.IsMissing) return null;
        return Vocabulary.Find(token.Text()) ?? throw token.Invalid($"'{token.Text()}' is not in the vocabulary");
    }

    private void ReadVocabulary(ref Utf8JsonReader reader)
    {
        if (Vocabulary.Size > 0) throw Invalid("model.vocab", "occurs twice");
        if (reader.TokenType != JsonTokenType.StartObject) throw Invalid("model.vocab", "must be an object");
        Vocabulary = new Vocabulary((int)Math.Min(TokenizerLimits.MaxVocabulary, CountEntries(reader)));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.Length > TokenizerLimits.MaxTokenLength) throw Invalid("model.vocab", "has a token that is too long");
            var token = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id) || id < 0 || id >= TokenizerLimits.MaxVocabulary)
                throw Invalid($"model.vocab['{token}']", $"must be a whole number from 0 to {TokenizerLimits.MaxVocabulary - 1}");
            if (!Vocabulary.TryAdd(token, id)) throw Invalid($"model.vocab['{token}']", $"has a token or the id {id} that occurs twice");
        }
    }

    // One pass ahead costs little and saves growing the tables step by step.
    private static long CountEntries(Utf8JsonReader reader)
    {
        var count = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.TokenType == JsonTokenType.PropertyName) count++;
            else reader.Skip();
        }
        return count;
    }

    private void ReadMerges(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Invalid("model.merges", "must be an array");
        var prefix = Option("continuing_subword_prefix").TextOrNull() ?? "";
        _merges = new List<(int, int, int)>(Vocabulary.Size);
        var buffer = new char[(TokenizerLimits.MaxTokenLength * 2) + 1];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (_merges.Count == TokenizerLimits.MaxMerges) throw Invalid("model.merges", $"has more than {TokenizerLimits.MaxMerges} entries");
            var (left, length) = reader.TokenType switch
            {
                JsonTokenType.String => ReadSpaced(ref reader, buffer),
                JsonTokenType.StartArray => ReadPair(ref reader, buffer),
                _ => throw Invalid(MergePath, "must be a text or a pair of texts"),
            };
            _merges.Add(Resolve(buffer.AsSpan(0, length), left, prefix));
        }
    }

    private string MergePath => $"model.merges[{_merges!.Count}]";

    private (int Left, int Length) ReadSpaced(ref Utf8JsonReader reader, char[] buffer)
    {
        var length = Copy(ref reader, buffer, 0);
        var space = buffer.AsSpan(0, length).IndexOf(' ');
        if (space <= 0 || space == length - 1 || buffer.AsSpan(space + 1, length - space - 1).Contains(' '))
            throw Invalid(MergePath, "must be two tokens with one space between");
        buffer.AsSpan(space + 1, length - space - 1).CopyTo(buffer.AsSpan(space));
        return (space, length - 1);
    }

    private (int Left, int Length) ReadPair(ref Utf8JsonReader reader, char[] buffer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) throw Invalid(MergePath, "must be a pair of texts");
        var left = Copy(ref reader, buffer, 0);
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) throw Invalid(MergePath, "must be a pair of texts");
        var length = left + Copy(ref reader, buffer, left);
        reader.Read();
        if (reader.TokenType != JsonTokenType.EndArray) throw Invalid(MergePath, "must be a pair of texts");
        return (left, length);
    }

    private int Copy(ref Utf8JsonReader reader, char[] buffer, int at)
    {
        if (reader.ValueSpan.Length > TokenizerLimits.MaxTokenLength) throw Invalid(MergePath, "is too long");
        return reader.CopyString(buffer.AsSpan(at));
    }

    private (int Left, int Right, int Result) Resolve(ReadOnlySpan<char> pair, int left, string prefix)
    {
        var first = pair[..left];
        var second = pair[left..];
        // A second part drops the mark that it continues a word.
        var merged = prefix.Length > 0 && second.StartsWith(prefix, StringComparison.Ordinal) ? string.Concat(first, second[prefix.Length..]) : pair;
        return (Find(first), Find(second), Find(merged));
    }

    private int Find(ReadOnlySpan<char> token) =>
        Vocabulary.Find(token) ?? throw Invalid(MergePath, $"needs the token '{token}', which is not in the vocabulary");

    private JsonAt Option(string name) => new(file, $"model.{name}", _options.GetValueOrDefault(name));

    private IngotException Invalid(string path, string what) => new(ErrorCode.ModelInvalid, $"{file}: {path} {what}.");
}
