namespace Ingot.Server.OpenApi;

/// <summary>What a route does, told where the route is mapped. The OpenAPI document is made of these and of nothing else.</summary>
/// <param name="Id">A name for generated clients, unique over the paths of the default prefix.</param>
/// <param name="Group">Which part of the API it belongs to.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record WireOperation(string Id, string Group, string Summary)
{
    /// <summary>The type of the request's body; null when it has none.</summary>
    public Type? Request { get; init; }

    /// <summary>The fields of the body without which it is refused. Default none.</summary>
    public IReadOnlyList<string> Needed { get; init; } = [];

    /// <summary>The type of the answer's body; null when it has none.</summary>
    public Type? Response { get; init; }

    /// <summary>The type of a streamed answer's events; null when it is never streamed.</summary>
    public Type? Event { get; init; }
}

/// <summary>Ties descriptions to routes.</summary>
internal static class WireOperations
{
    /// <summary>Says what the route does.</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder route, WireOperation operation)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(operation);
}
