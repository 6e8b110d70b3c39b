namespace Ingot.Server;

/// <summary>
/// A part of the service that the server does not have by itself, and what it needs the server need not carry. What it uses stands
/// behind every check of who asks and whether there is room, and before the routes: it may answer a request itself or pass it on.
/// Errors it throws get the API's own form.
/// </summary>
public sealed record ServerPart
{
    /// <summary>Adds what it is made of; disposed with the server where the container makes it.</summary>
    public required Action<IServiceCollection> AddServices { get; init; }

    /// <summary>Adds its middleware. The request's route is known there, its body not read.</summary>
    public required Action<IApplicationBuilder> Use { get; init; }
}
