using Ingot.Text.Tokenizers.Decoders;
using Ingot.Text.Tokenizers.Model;
using Ingot.Text.Tokenizers.Normalizers;
using Ingot.Text.Tokenizers.PreTokenizers;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>What the files say, parsed; nothing of it changes afterwards.</summary>
internal sealed record TokenizerParts
{
    public required Vocabulary Vocabulary { get; init; }

    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public required IReadOnlyList<Normalizer> Normalizers { get; init; }

    public required IReadOnlyList<PreTokenizer> PreTokenizers { get; init; }

    public required TokenModel Model { get; init; }

    public required IReadOnlyList<DecoderStep> Decoder { get; init; }

    /// <summary>Ids that begin a sequence.</summary>
    public required IReadOnlyList<int> Prefix { get; init; }

    /// <summary>Ids that end a sequence.</summary>
    public required IReadOnlyList<int> Suffix { get; init; }

    public required TokenizerSettings Settings { get; init; }
}

/// <summary>What tokenizer_config.json says about tokens; everything absent where there is no such file.</summary>
internal sealed record TokenizerSettings
{
    public string? BeginOfSequence { get; init; }

    public string? EndOfSequence { get; init; }

    public string? Pad { get; init; }

    public string? Unknown { get; init; }

    /// <summary>Whether a sequence begins with the begin token even where tokenizer.json does not say so.</summary>
    public bool AddsBegin { get; init; }

    /// <summary>Whether a sequence ends with the end token even where tokenizer.json does not say so.</summary>
    public bool AddsEnd { get; init; }
}
