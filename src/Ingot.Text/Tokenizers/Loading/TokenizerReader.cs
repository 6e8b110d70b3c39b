using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Model;
using Ingot.Text.Tokenizers.PreTokenizers;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the two files of a tokenizer.</summary>
internal static class TokenizerReader
{
    private const string MainFile = "tokenizer.json";
    private const string SettingsFile = "tokenizer_config.json";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = TokenizerLimits.MaxDepth };

    public static TokenizerParts Read(string folder)
    {
        var main = ReadFile(folder, MainFile)
            ?? throw new IngotException(ErrorCode.ModelInvalid, $"{MainFile} is missing in {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}.");
        var settings = ReadFile(folder, SettingsFile) is { } bytes ? Guard(SettingsFile, () => ReadSettings(bytes)) : new TokenizerSettings();
        return Guard(MainFile, () => ReadMain(main, settings));
    }

    /// <summary>Parses tokenizer.json from memory.</summary>
    public static TokenizerParts Parse(byte[] main, byte[]? settings = null)
    {
        var parsed = settings is null ? new TokenizerSettings() : Guard(SettingsFile, () => ReadSettings(settings));
        return Guard(MainFile, () => ReadMain(main, parsed));
    }

    private static byte[]? ReadFile(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists) return null;
        if (file.Length > TokenizerLimits.MaxFileBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{name} is larger than {TokenizerLimits.MaxFileBytes >> 20} MiB.");
        try
        {
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{name} cannot be read: {e.Message}", inner: e);
        }
    }

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonException e)
        {
            throw new IngotException(
                ErrorCode.ModelInvalid, $"{file} is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}.", inner: e);
        }
        catch (InvalidOperationException e)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{file} holds text that is not valid Unicode.", inner: e);
        }
    }

    private static TokenizerSettings ReadSettings(byte[] json)
    {
        using var document = JsonDocument.Parse(WithoutMark(json), Options);
        var root = new JsonAt(SettingsFile, "", document.RootElement);
        return new TokenizerSettings
        {
            BeginOfSequence = TokenText(root["bos_token"]),
            EndOfSequence = TokenText(root["eos_token"]),
            Pad = TokenText(root["pad_token"]),
            Unknown = TokenText(root["unk_token"]),
            AddsBegin = root["add_bos_token"].Flag(absent: false),
            AddsEnd = root["add_eos_token"].Flag(absent: false),
        };
    }

    private static string? TokenText(JsonAt token) =>
        token.Value.ValueKind == JsonValueKind.Object ? token["content"].TextOrNull() : token.TextOrNull();

    private static TokenizerParts ReadMain(byte[] json, TokenizerSettings settings)
    {
        var model = new ModelReader(MainFile);
        using var sections = ReadSections(WithoutMark(json), model);
        var root = new JsonAt(MainFile, "", sections.RootElement);
        var added = AddedTokenReader.Read(root["added_tokens"]);
        var preTokenizers = PreTokenizerReader.Read(root["pre_tokenizer"], out var isByteLevel);
        if (isByteLevel && !model.SpellsBytes) preTokenizers.Add(new ByteCharactersPreTokenizer());
        var built = model.Build(added, isByteLevel);
        var vocabulary = model.Vocabulary;
        foreach (var token in added) vocabulary.AddOutside(token.Content, token.Id, hidesOwn: token.IsControl);
        var (prefix, suffix) = PostProcessorReader.Read(root["post_processor"], vocabulary);
        AddSettings(settings, vocabulary, prefix, suffix);
        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            AddedTokens = added,
            Normalizers = NormalizerReader.Read(root["normalizer"]),
            PreTokenizers = preTokenizers,
            Model = built,
            Decoder = DecoderReader.Read(root["decoder"]),
            Prefix = prefix,
            Suffix = suffix,
            Settings = settings,
        };
    }

    private static void AddSettings(TokenizerSettings settings, Vocabulary vocabulary, List<int> prefix, List<int> suffix)
    {
        if (settings.AddsBegin && prefix.Count == 0 && settings.BeginOfSequence is { } begin && vocabulary.FindAny(begin) is { } first)
            prefix.Add(first);
        if (settings.AddsEnd && suffix.Count == 0 && settings.EndOfSequence is { } end && vocabulary.FindAny(end) is { } last)
            suffix.Add(last);
    }

    // The vocabulary and the merges are most of the file and are read straight from its bytes;
    // the other sections are small and become a document.
    private static JsonDocument ReadSections(ReadOnlyMemory<byte> json, ModelReader model)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = TokenizerLimits.MaxDepth });
        using var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new IngotException(ErrorCode.ModelInvalid, $"{MainFile} must be an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "model")
            {
                model.Read(ref reader);
                continue;
            }
            using var section = JsonDocument.ParseValue(ref reader);
            writer.WritePropertyName(name);
            section.WriteTo(writer);
        }
        // Reading on to the end finds what follows the object.
        while (reader.Read()) { }
        writer.WriteEndObject();
        writer.Flush();
        if (!model.WasRead) throw new IngotException(ErrorCode.ModelInvalid, $"{MainFile}: model is missing.");
        return JsonDocument.Parse(buffer.ToArray(), Options);
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] json) =>
        json.AsSpan().StartsWith("\uFEFF"u8) ? json.AsMemory(3) : json;
}
