namespace Ingot.Text.Tokenizers.Model;

/// <summary>How a byte-pair model treats words and what it does not know.</summary>
internal sealed record BytePairOptions
{
    /// <summary>The token for what is not in the vocabulary; null to leave it out.</summary>
    public int? UnknownToken { get; init; }

    /// <summary>Whether neighbouring unknown characters become one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether an unknown character is spelled as byte tokens (<c>&lt;0xE2&gt;</c>) when all of them exist.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a word that is a token is taken whole, without merging.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>What every symbol but a word's first begins with.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>What a word's last symbol ends with.</summary>
    public string EndSuffix { get; init; } = "";

    /// <summary>Whether words come as text whose UTF-8 bytes are the symbols, written in GPT-2's alphabet in the vocabulary.</summary>
    public bool ByteLevel { get; init; }
}
