using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>model</c> section of tokenizer.json: a byte-pair, WordPiece or Unigram model.</summary>
/// <param name="file">The file's name, for messages.</param>
internal sealed class ModelReader(string file)
{
    private readonly Dictionary<string, JsonElement> _options = [];
    private readonly VocabularyReader _vocabulary = new(file);
    private List<(int Left, int Right, int Result)>? _merges;
    private ModelKind _kind;

    private enum ModelKind
    {
        BytePair,
        WordPiece,
        Unigram,
    }

    /// <summary>Whether there was such a section.</summary>
    public bool WasRead { get; private set; }

    /// <summary>Whether the model itself turns text into the bytes that byte-level files spell tokens with.</summary>
    public bool SpellsBytes => _kind == ModelKind.BytePair;

    public Vocabulary Vocabulary => _vocabulary.Vocabulary;

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
                    _vocabulary.Read(ref reader);
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
        _kind = FindKind(hasMerges);
        if (Vocabulary.Size == 0) throw Invalid("model.vocab", "is missing or empty");
        if ((_kind == ModelKind.Unigram) != (_vocabulary.Scores is not null))
            throw Invalid("model.vocab", _kind == ModelKind.Unigram ? "must be a list of tokens with scores" : "must be an object of tokens and ids");
        if (_kind != ModelKind.BytePair) return;
        if (!hasMerges) throw Invalid("model.merges", "is missing");
        _merges = new MergeReader(file, Vocabulary, Option("continuing_subword_prefix").TextOrNull() ?? "").Read(ref merges);
    }

    /// <summary>Makes the model once the other sections are known.</summary>
    /// <param name="added">The added tokens.</param>
    /// <param name="isByteLevel">Whether pieces reach a byte-pair model as text whose bytes are the symbols.</param>
    public TokenModel Build(IReadOnlyList<AddedToken> added, bool isByteLevel)
    {
        // No model may make a control token: text from outside would become one by being spelled.
        var control = added.Where(t => t.IsControl).Select(t => t.Id).ToHashSet();
        return _kind switch
        {
            ModelKind.WordPiece => BuildWordPiece(control),
            ModelKind.Unigram => BuildUnigram(control),
            _ => BuildBytePair(control, isByteLevel),
        };
    }

    // Older files do not say what they are; what they hold does.
    private ModelKind FindKind(bool hasMerges) => Option("type").TextOrNull() switch
    {
        "BPE" => ModelKind.BytePair,
        "WordPiece" => ModelKind.WordPiece,
        "Unigram" => ModelKind.Unigram,
        null when _vocabulary.Scores is not null => ModelKind.Unigram,
        null when !hasMerges && _options.ContainsKey("max_input_chars_per_word") => ModelKind.WordPiece,
        null => ModelKind.BytePair,
        var type => throw new IngotException(
            ErrorCode.ModelUnsupported, $"{file}: model.type '{type}' is not supported; BPE, WordPiece and Unigram are."),
    };

    private BytePairModel BuildBytePair(HashSet<int> control, bool isByteLevel)
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
        var table = new MergeTable(_merges!.Count);
        for (var rank = 0; rank < _merges.Count; rank++)
        {
            var (left, right, result) = _merges[rank];
            if (!control.Contains(result)) table.Set(left, right, rank, result);
        }
        _merges = null;
        return new BytePairModel(Vocabulary, table, options);
    }

    private WordPieceModel BuildWordPiece(HashSet<int> control)
    {
        var most = Option("max_input_chars_per_word");
        var unknown = Option("unk_token");
        return new WordPieceModel(
            BuildTrie(control),
            Option("continuing_subword_prefix").TextOrNull() ?? "##",
            FindUnknown(unknown) ?? throw unknown.Invalid("is missing"),
            most.IsMissing ? 100 : most.Number(0, int.MaxValue));
    }

    private UnigramModel BuildUnigram(HashSet<int> control)
    {
        var unknown = Option("unk_id");
        var options = new UnigramOptions
        {
            UnknownToken = unknown.IsMissing ? null : unknown.Number(0, Vocabulary.Size - 1),
            ByteFallback = Option("byte_fallback").Flag(absent: false),
        };
        return new UnigramModel(BuildTrie(control), Vocabulary, [.. _vocabulary.Scores!], options);
    }

    private TokenTrie BuildTrie(HashSet<int> hidden)
    {
        var trie = new TokenTrie();
        foreach (var (token, id) in Vocabulary.Tokens)
        {
            if (hidden.Contains(id)) continue;
            if (token.Length > TokenizerLimits.MaxPieceLength)
                throw new IngotException(ErrorCode.ModelUnsupported, $"{file}: model.vocab has a token of more than {TokenizerLimits.MaxPieceLength} characters.");
            if (!trie.TryAdd(token, id)) throw Invalid("model.vocab", "has too much text in its tokens");
        }
        return trie;
    }

    private int? FindUnknown(JsonAt token)
    {
        if (token.IsMissing) return null;
        return Vocabulary.Find(token.Text()) ?? throw token.Invalid($"'{token.Text()}' is not in the vocabulary");
    }

    private JsonAt Option(string name) => new(file, $"model.{name}", _options.GetValueOrDefault(name));

    private IngotException Invalid(string path, string what) => new(ErrorCode.ModelInvalid, $"{file}: {path} {what}.");
}
