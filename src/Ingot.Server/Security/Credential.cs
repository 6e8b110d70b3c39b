using Ingot.Errors;
using Microsoft.Extensions.Primitives;

namespace Ingot.Server.Security;

/// <summary>What a request shows of its caller: a key in <c>api-key</c>, or a key or token in <c>Authorization</c>.</summary>
internal static class Credential
{
    /// <summary>The longest credential that is looked at; a token of an identity provider is a few kilobytes.</summary>
    private const int Longest = 16 << 10;

    private const string KeyHeader = "api-key";
    private const string Bearer = "Bearer ";

    /// <summary>Reads it.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidApiKey"/>: more than one, or none of a form that is known here.</exception>
    public static string? Read(IHeaderDictionary headers)
    {
        string? key = Single(headers[KeyHeader], KeyHeader);
        string? bearer = Single(headers.Authorization, "Authorization") is { } authorization ? AfterBearer(authorization) : null;
        if (key is not null && bearer is not null && !SecretText.Same(key, bearer))
            throw Refusal("'api-key' and 'Authorization' hold different credentials.");
        string? shown = key ?? bearer;
        return shown is not { Length: > Longest } ? shown : throw Refusal($"The credential is longer than {Longest} characters.");
    }

    /// <summary>What has the form of a signed token in <c>Authorization</c>; null when there is nothing of the kind.</summary>
    public static string? TokenOf(IHeaderDictionary headers) =>
        headers.Authorization is [{ Length: > 7 and <= Longest } authorization] && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && IsToken(authorization[Bearer.Length..].Trim())
            ? authorization[Bearer.Length..].Trim()
            : null;

    /// <summary>Whether a text has the form of a signed token: three parts with dots between them.</summary>
    public static bool IsToken(string text) => text.AsSpan().Count('.') == 2;

    /// <summary>A refusal of what was shown.</summary>
    public static IngotException Refusal(string message) => new(ErrorCode.InvalidApiKey, message);

    private static string? Single(StringValues values, string header) => values.Count switch
    {
        0 => null,
        1 when values[0] is { } value && value.Trim() is { Length: > 0 } text => text,
        1 => throw Refusal($"The header '{header}' is empty."),
        _ => throw Refusal($"The header '{header}' is given more than once."),
    };

    private static string AfterBearer(string authorization) =>
        authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && authorization[Bearer.Length..].Trim() is { Length: > 0 } text
            ? text
            : throw Refusal("The header 'Authorization' must be of the form 'Bearer <key or token>'.");
}
