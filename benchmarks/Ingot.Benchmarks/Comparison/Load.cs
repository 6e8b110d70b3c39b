namespace Ingot.Benchmarks.Comparison;

/// <summary>The lengths all contenders are measured with.</summary>
internal static class Load
{
    /// <summary>Tokens before an answer.</summary>
    public const int Past = 128;

    /// <summary>Tokens of an answer.</summary>
    public const int Answer = 32;

    /// <summary>Tokens of a chat's first turn.</summary>
    public const int Chat = 2000;

    /// <summary>Tokens that its second turn adds.</summary>
    public const int Added = 40;

    /// <summary>Tokens of the longest chat and its answer, and some to spare.</summary>
    public const int SlotTokens = Chat + 304;

    /// <summary>The most sequences together.</summary>
    public const int MostTogether = 16;

    /// <summary>Tokens for which there is a cache: all prompts and answers of before that are asked for again, a long chat, and some to spare.</summary>
    public const int CacheTokens = 12_288;
}
