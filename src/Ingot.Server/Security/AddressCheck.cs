using Ingot.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Ingot.Server.Security;

/// <summary>
/// Refuses credentials in addresses, which end in histories, logs and <c>Referer</c> headers of every machine between. Only headers
/// take them.
/// </summary>
internal sealed class AddressCheck(RequestDelegate next)
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "apikey", "xapikey", "accesstoken", "authorization", "subscriptionkey", "ocpapimsubscriptionkey", "bearer",
    };

    /// <summary>Refuses a request whose address carries a credential. What it was is told nobody.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.QueryString.HasValue && request.Query.Keys.FirstOrDefault(IsCredential) is { } name)
        {
            throw new IngotException(
                ErrorCode.InvalidValue, $"A key or token does not belong in the address ('{name}'), where logs keep it; send it in the header 'api-key' or 'Authorization'.", name);
        }

        if (HasUser(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
            throw new IngotException(ErrorCode.InvalidValue, "A user and password do not belong in the address, where logs keep them; send a key in the header 'api-key' or 'Authorization'.");
        return next(context);
    }

    private static bool IsCredential(string name) =>
        name.Length <= 40 && Names.Contains(name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal));

    /// <summary>Whether a request's target is a whole address (as a proxy is asked) with something before its host.</summary>
    private static bool HasUser(string target)
    {
        if (target.StartsWith('/') || target.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var scheme))
            return false;
        ReadOnlySpan<char> rest = target.AsSpan(scheme + 3);
        int end = rest.IndexOfAny('/', '?', '#');
        return (end < 0 ? rest : rest[..end]).Contains('@');
    }
}
