using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
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
    private static JsonHttpResult<IReadOnlyList<ReplicaInfo>> List(HttpContext context, ModelsElsewhere elsewhere, CallerRights rights)
    {
        bool isTold = CallerRights.MayManage(context);
        HashSet<string> usable = [.. elsewhere.All.Where(provided => rights.MayUse(context, provided.Model.LocalName)).Select(provided => provided.Provider.Name)];
        IEnumerable<ReplicaStatus> replicas = context.RequestServices.GetServices<ReplicaStates>().SelectMany(states => states.Read());
        return TypedResults.Json<IReadOnlyList<ReplicaInfo>>(
            [.. replicas.Where(status => usable.Contains(status.Provider)).Select(status => ToWire(status, isTold))], WireJson.For<IReadOnlyList<ReplicaInfo>>());
    }

    // A reason may name the host.
    private static ReplicaInfo ToWire(ReplicaStatus status, bool isTold) => new(
        status.Provider,
        isTold ? status.Address.AbsoluteUri : null,
        status.State.ToString().ToLowerInvariant(),
        isTold ? status.Reason : null,
        status.UnderWay,
        status.Since.ToUnixTimeSeconds());
}
