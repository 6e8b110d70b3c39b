using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads <c>model.vocab</c>: an object of tokens and ids, or a list of tokens with scores.</summary>
/// <param name="file">The file's name, for messages.</param>
internal sealed class VocabularyReader(string file)
{
    private const string Path = "model.vocab";

    /// <summary>The tokens; empty before a vocabulary was read.</summary>
    public Vocabulary Vocabulary { get; private set; } = new(0);

    /// <summary>The score of each id; null when the tokens have none.</summary>
    public List<double>? Scores { get; private set; }

    /// <summary>Reads the vocabulary; the reader stands on its first token and is left on its last.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        if (Vocabulary.Size > 0 || Scores is not null) throw Invalid(Path, "occurs twice");
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadIds(ref reader);
                break;
            case JsonTokenType.StartArray:
                ReadScored(ref reader);
                break;
            default:
                throw Invalid(Path, "must be an object or an array");
        }
    }

    private void ReadIds(ref Utf8JsonReader reader)
    {
        Vocabulary = new Vocabulary((int)Math.Min(TokenizerLimits.MaxVocabulary, CountEntries(reader)));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var token = ReadToken(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id) || id < 0 || id >= TokenizerLimits.MaxVocabulary)
                throw Invalid($"{Path}['{token}']", $"must be a whole number from 0 to {TokenizerLimits.MaxVocabulary - 1}");
            if (!Vocabulary.TryAdd(token, id)) throw Invalid($"{Path}['{token}']", $"has a token or the id {id} that occurs twice");
        }
    }

    private void ReadScored(ref Utf8JsonReader reader)
    {
        Vocabulary = new Vocabulary((int)Math.Min(TokenizerLimits.MaxVocabulary, CountEntries(reader)));
        Scores = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            var place = $"{Path}[{Scores.Count}]";
            if (Scores.Count == TokenizerLimits.MaxVocabulary) throw Invalid(Path, $"has more than {TokenizerLimits.MaxVocabulary} tokens");
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Invalid(place, "must be a token and its score");
            var token = ReadToken(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var score) || !double.IsFinite(score))
                throw Invalid(place, "must be a token and its score, a finite number");
            reader.Read();
            if (reader.TokenType != JsonTokenType.EndArray) throw Invalid(place, "must be a token and its score");
            Vocabulary.AddAnyway(token, Scores.Count);
            Scores.Add(score);
        }
        if (reader.TokenType != JsonTokenType.EndArray) throw Invalid($"{Path}[{Scores.Count}]", "must be a token and its score");
    }

    private string ReadToken(ref Utf8JsonReader reader) => reader.ValueSpan.Length <= TokenizerLimits.MaxTokenLength
        ? reader.GetString()!
        : throw Invalid(Path, "has a token that is too long");

    // One pass ahead costs little and saves growing the tables step by step.
    private static long CountEntries(Utf8JsonReader reader)
    {
        var count = 0L;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            if (reader.TokenType is JsonTokenType.PropertyName) count++;
            if (reader.TokenType is JsonTokenType.StartArray) count++;
            reader.Skip();
        }
        return count;
    }

    private IngotException Invalid(string path, string what) => new(ErrorCode.ModelInvalid, $"{file}: {path} {what}.");
}
