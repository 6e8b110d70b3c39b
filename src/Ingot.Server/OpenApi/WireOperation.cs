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

    /// <summary>What an answer that is plain text says; null when it is none.</summary>
    public string? Text { get; init; }

    /// <summary>The parameters its query may have; others are refused. Default none.</summary>
    public IReadOnlyList<WireQuery> Query { get; init; } = [];

    /// <summary>
    /// Whether it changes which models are in memory or on the disk, or how they run. Pages of other sites must not ask for it, and since it may
    /// take long without computing it takes no place from requests that compute.
    /// </summary>
    public bool ChangesModels { get; init; }

    /// <summary>Whether it ends work rather than asking for some: then it is let in however busy the service is. Default false.</summary>
    public bool EndsWork { get; init; }

    /// <summary>Whether it is answered to everybody, also where callers must show who they are. Default false; for what supervisors ask.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>A parameter of a route's query.</summary>
/// <param name="Name">Its name; letter case does not count.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Summary">What it does, and what its absence means.</param>
internal sealed record WireQuery(string Name, Type Type, string Summary);

/// <summary>Ties descriptions to routes.</summary>
internal static class WireOperations
{
    /// <summary>Says what the route does.</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder route, WireOperation operation)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(operation);
}
