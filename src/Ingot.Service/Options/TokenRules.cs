namespace Ingot.Service.Options;

/// <summary>What the options for bearer tokens may be, together.</summary>
internal static class TokenRules
{
    internal static IEnumerable<string> Mistakes(IngotOptions options)
    {
        if (options.TokenIssuer is null)
        {
            if (options.Auth.Tokens == true)
                yield return "'auth' demands a token, but 'tokenIssuer' does not say whose";
            if (options.TokenKeysFile is not null)
                yield return "'tokenKeysFile' has the keys of an issuer that 'tokenIssuer' does not name";
            yield break;
        }

        if (string.IsNullOrWhiteSpace(options.TokenAudience))
            yield return "'tokenAudience' should be what tokens are made for, not an empty text";
        if (!options.TokenScopes.All(IsScope))
            yield return "'tokenScopes' should hold words of plain letters, digits and marks, without quotes";
        if (options.TokenKeysFile is not null)
            yield break;
        if (!Uri.TryCreate(options.TokenIssuer, UriKind.Absolute, out var issuer) || issuer is not { UserInfo: "", Query: "", Fragment: "" }
            || (issuer.Scheme != Uri.UriSchemeHttps && !(issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback)))
            yield return $"'tokenIssuer' is '{options.TokenIssuer}', which is no address of the form https://host (http is for this machine alone)";
        else if (options.Offline && !issuer.IsLoopback)
            yield return "'tokenIssuer' would be asked over the network for its keys, which 'offline' forbids; 'tokenKeysFile' has them without";
    }

    private static bool IsScope(string scope) => scope.Length > 0 && scope.All(letter => letter is > ' ' and <= '~' and not ('"' or '\\'));
}
