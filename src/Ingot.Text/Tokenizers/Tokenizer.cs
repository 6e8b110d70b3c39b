using System.Text;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Decoders;
using Ingot.Text.Tokenizers.Loading;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers;

/// <summary>
/// Text to token ids and back, as a model folder's <c>tokenizer.json</c> says (byte-pair models, byte-level or
/// SentencePiece style, WordPiece and Unigram). The file's <c>truncation</c> and <c>padding</c> are ignored on purpose: what fits a context is
/// the engine's decision, and batches here need no padding. Thread-safe: all requests for a model share one.
/// </summary>
public sealed class Tokenizer
{
    private readonly TokenizerParts _parts;
    private readonly TextEncoder _encoder;
    private readonly Dictionary<int, AddedToken> _added;
    private readonly byte[]?[] _bytes;

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _encoder = new TextEncoder(parts);
        _added = [];
        foreach (var token in parts.AddedTokens) _added[token.Id] = token;
        _bytes = new byte[]?[parts.Vocabulary.Size];
    }

    /// <summary>The highest id plus one, added tokens included; at least 1.</summary>
    public int VocabularySize => _parts.Vocabulary.Size;

    /// <summary>The text that begins a sequence (<c>&lt;s&gt;</c>), as tokenizer_config.json names it; null when it does not.</summary>
    public string? BeginOfSequenceToken => _parts.Settings.BeginOfSequence;

    /// <summary>The text that ends a sequence, as tokenizer_config.json names it; null when it does not.</summary>
    public string? EndOfSequenceToken => _parts.Settings.EndOfSequence;

    /// <summary>The text that fills up a batch, as tokenizer_config.json names it; null when it does not.</summary>
    public string? PadToken => _parts.Settings.Pad;

    /// <summary>The text for what is unknown, as tokenizer_config.json names it; null when it does not.</summary>
    public string? UnknownToken => _parts.Settings.Unknown;

    /// <summary>Reads <c>tokenizer.json</c>, and <c>tokenizer_config.json</c> where there is one.</summary>
    /// <param name="modelFolder">The folder they are in.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelInvalid"/> when a file is missing, too large or malformed; <see cref="ErrorCode.ModelUnsupported"/>
    /// when it asks for what this tokenizer does not do. The message names the file and the place in it.
    /// </exception>
    public static Tokenizer Load(string modelFolder) => new(TokenizerReader.Read(modelFolder));

    /// <summary>The id of an added token or a token of the vocabulary, exactly as the file writes it; null when there is none.</summary>
    /// <param name="token">The token as written in the file (<c>Ġthe</c>, <c>&lt;|im_end|&gt;</c>).</param>
    public int? FindToken(string token) => _parts.Vocabulary.FindAny(token);

    /// <summary>Whether a token is special: decoding leaves it out when asked to. False for an id no token has.</summary>
    /// <param name="id">The token's id.</param>
    public bool IsSpecial(int id) => _added.TryGetValue(id, out var token) && token.IsSpecial;

    /// <summary>Encodes text that is trusted: the text of a special token becomes that token.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether to add what begins and ends a sequence.</param>
    /// <returns>The ids; a new list, the caller's.</returns>
    public List<int> Encode(string text, bool addSpecialTokens) => _encoder.Encode(text, [], addSpecialTokens);

    /// <summary>
    /// Encodes a prompt. Inside its untrusted spans, and across their ends, no added token is found that could steer the
    /// model: none that is special, and none of the others that holds anything but letters, digits and white space.
    /// The spans have no other effect.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="addSpecialTokens">Whether to add what begins and ends a sequence.</param>
    /// <returns>The ids; a new list, the caller's.</returns>
    public List<int> Encode(PromptText prompt, bool addSpecialTokens) =>
        _encoder.Encode(prompt.Text, prompt.UntrustedSpans, addSpecialTokens);

    /// <summary>
    /// Decodes tokens. <c>clean_up_tokenization_spaces</c> is not done: it changes text that the model meant.
    /// </summary>
    /// <param name="ids">The ids; one that no token has adds nothing.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns>The text; bytes that are no UTF-8 as U+FFFD.</returns>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        var decoder = CreateDecoder(skipSpecialTokens);
        foreach (var id in ids) decoder.Accept(id);
        return decoder.Flush();
    }

    /// <summary>Starts decoding tokens one by one.</summary>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns>A decoder for one sequence; not thread-safe.</returns>
    public IncrementalDecoder CreateDecoder(bool skipSpecialTokens = true) => new(this, _parts.Decoder, skipSpecialTokens);

    /// <summary>
    /// The bytes a token stands for within a text: for most tokens whole characters in UTF-8, for some only part of one.
    /// </summary>
    /// <param name="id">The token's id.</param>
    /// <returns>The bytes, not to be changed; none for an id no token has.</returns>
    public ReadOnlyMemory<byte> GetTokenBytes(int id)
    {
        if (TokenOf(id) is not { } token) return default;
        return _bytes[id] ??= FindBytes(id, token);
    }

    internal string? TokenOf(int id) => _parts.Vocabulary.TokenOf(id);

    /// <summary>Whether a token is one that the tokenizer's files add to the vocabulary, special or not.</summary>
    /// <param name="id">The token's id.</param>
    public bool IsAdded(int id) => _added.ContainsKey(id);

    private byte[] FindBytes(int id, string token)
    {
        if (IsAdded(id)) return Encoding.UTF8.GetBytes(token);
        if (_parts.Decoder.Any(s => s is ByteLevelDecoder)) return ByteLevelDecoder.BytesOf(token);
        if (_parts.Decoder.Any(s => s is ByteFallbackDecoder) && ByteFallbackDecoder.TryReadByte(token, out var value)) return [value];
        return Encoding.UTF8.GetBytes(_parts.Decoder.Aggregate(token, (text, step) => step.MapToken(text)));
    }
}
