namespace Ingot.Text.Tokenizers;

/// <summary>What a tokenizer's files may ask for at most. They come from outside and are not trusted.</summary>
internal static class TokenizerLimits
{
    /// <summary>Bytes of tokenizer.json or tokenizer_config.json.</summary>
    public const long MaxFileBytes = 256L << 20;

    /// <summary>Highest token id plus one; tables are sized by it.</summary>
    public const int MaxVocabulary = 4 << 20;

    /// <summary>Entries of the merges list.</summary>
    public const int MaxMerges = 8 << 20;

    /// <summary>UTF-16 units of one vocabulary token.</summary>
    public const int MaxTokenLength = 16 << 10;

    /// <summary>UTF-16 units of one token that text is searched for at every character.</summary>
    public const int MaxPieceLength = 1024;

    /// <summary>Nodes of the trie of tokens; one for each beginning that tokens have.</summary>
    public const int MaxTrieNodes = 16 << 20;

    /// <summary>UTF-16 units of one added token: a search may look this far ahead at every character.</summary>
    public const int MaxAddedTokenLength = 1024;

    /// <summary>Nesting of JSON, and so of sequences of steps.</summary>
    public const int MaxDepth = 64;

    /// <summary>Steps (normalizers, pre-tokenizers, decoders) of one kind after sequences are flattened.</summary>
    public const int MaxSteps = 64;

    /// <summary>UTF-16 units of a regular expression.</summary>
    public const int MaxPatternLength = 8 << 10;

    /// <summary>Instructions a regular expression may compile to.</summary>
    public const int MaxPatternInstructions = 4096;

    /// <summary>UTF-16 units that a normalizer may grow a text to, for each unit of the text it was given.</summary>
    public const int MaxNormalizedGrowth = 64;
}
