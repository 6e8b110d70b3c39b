namespace Ingot.Service.Callers;

/// <summary>What callers of the HTTP service must show.</summary>
/// <param name="Keys">Whether an API key will do; null: as soon as one was ever made.</param>
/// <param name="Tokens">Whether a bearer token will do; null: where an issuer of them is configured.</param>
public sealed record AuthMode(bool? Keys, bool? Tokens)
{
    private const string KeyWord = "key";
    private const string TokenWord = "token";

    /// <summary>Whatever is configured: keys as soon as one was made, tokens where there is an issuer, nothing where there is neither.</summary>
    public static AuthMode Auto { get; } = new(null, null);

    /// <summary>Nothing, whatever is configured.</summary>
    public static AuthMode None { get; } = new(false, false);

    /// <summary>Reads <c>auto</c>, <c>none</c>, <c>key</c>, <c>token</c> or <c>key,token</c>, in any letter case.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null when it is none of these.</returns>
    public static AuthMode? Read(string text)
    {
        string[] words = text.ToLowerInvariant().Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["auto"] => Auto,
            ["none"] => None,
            [KeyWord] => new AuthMode(true, false),
            [TokenWord] => new AuthMode(false, true),
            [KeyWord, TokenWord] or [TokenWord, KeyWord] => new AuthMode(true, true),
            _ => null,
        };
    }

    /// <summary>The text that <see cref="Read"/> reads.</summary>
    public override string ToString() => (Keys, Tokens) switch
    {
        (true, true) => $"{KeyWord},{TokenWord}",
        (true, _) => KeyWord,
        (_, true) => TokenWord,
        (false, false) => "none",
        _ => "auto",
    };
}
