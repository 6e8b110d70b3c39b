using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.OpenApi;
using Ingot.Service.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Foundry;

/// <summary>What is known of the addresses that requests for models elsewhere go to.</summary>
internal static class FoundryReplicaEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapFoundryReplicas(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openai/replicas", List).Describe(new WireOperation("listReplicas", "Foundry", "Lists the addresses of providers, and whether they are given requests.")
        {
            Response = typeof(IReadOnlyList<ReplicaInfo>),
        });

    // Where the service has no part that hands requests on, there are none.
    private static JsonHttpResult<IReadOnlyList<ReplicaInfo>> List(HttpContext context) => TypedResults.Json<IReadOnlyList<ReplicaInfo>>(
        [.. context.RequestServices.GetServices<ReplicaStates>().SelectMany(states => states.Read()).Select(ToWire)],
        WireJson.For<IReadOnlyList<ReplicaInfo>>());

    private static ReplicaInfo ToWire(ReplicaStatus status) => new(
        status.Provider, status.Address.AbsoluteUri, status.State.ToString().ToLowerInvariant(), status.Reason, status.UnderWay, status.Since.ToUnixTimeSeconds());
}
