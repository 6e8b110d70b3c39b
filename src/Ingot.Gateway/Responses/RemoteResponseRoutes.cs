using Microsoft.AspNetCore.Routing;

namespace Ingot.Gateway.Responses;

/// <summary>Which of the service's routes ask for a response that was made before, and how they are called at a provider.</summary>
internal static class RemoteResponseRoutes
{
    private const string Id = "{id}";

    // What else an address says is between the client and this service.
    private static readonly string[] Passed = ["stream", "starting_after", "include", "include[]", "include_obfuscation", "limit", "order", "after"];

    /// <summary>A request's response and its path at a provider, query included; null for other requests.</summary>
    public static (string Id, string Path)? Read(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route } || context.Request.RouteValues["id"] is not string id)
            return null;
        int at = route.IndexOf($"/responses/{Id}", StringComparison.Ordinal);
        return at < 0 ? null : (id, route[at..].Replace(Id, id, StringComparison.Ordinal) + QueryOf(context.Request));
    }

    private static QueryString QueryOf(HttpRequest request) =>
        QueryString.Create(request.Query.Where(given => Passed.Contains(given.Key)));
}
