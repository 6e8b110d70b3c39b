using System.Collections.Frozen;
using Microsoft.AspNetCore.Routing;

namespace Ingot.Gateway.Forwarding;

/// <summary>Which of the service's routes go on to providers, and how they are called there.</summary>
internal static class ForwardedRoutes
{
    private static readonly FrozenDictionary<string, string> Paths = (
        from prefix in new[] { "/v1", "/openai/v1" }
        from path in new[] { "/chat/completions", "/completions", "/embeddings", "/responses", "/responses/input_tokens" }
        select KeyValuePair.Create(prefix + path, path)).ToFrozenDictionary();

    /// <summary>What a request's route is called at a provider; null when it does not go on.</summary>
    public static string? PathOf(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
            ? Paths.GetValueOrDefault(route)
            : null;
}
