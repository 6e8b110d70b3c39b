using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Service;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Endpoints;

/// <summary>Whether the process lives, and whether it can serve: what a supervisor and a load balancer ask.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", GetHealth)
            .Describe(new WireOperation("getHealth", "Service", "Says that the process lives.") { Response = typeof(ServiceHealth), IsOpen = true });
        routes.MapGet("/ready", GetReadyAsync)
            .Describe(new WireOperation("getReadiness", "Service", "Says whether a request can be served; 503 when not.") { Response = typeof(ServiceHealth), IsOpen = true });
    }

    private static JsonHttpResult<ServiceHealth> GetHealth() => Status("ok");

    private static async Task<JsonHttpResult<ServiceHealth>> GetReadyAsync(
        IngotServices services, ModelsElsewhere elsewhere, IHostApplicationLifetime lifetime, CancellationToken gone)
    {
        RefuseUnlessRunning(lifetime);
        if (elsewhere.All.Any())
            return Status("ready");
        IReadOnlyList<ModelEntry> models = await services.Catalog.ListAsync(gone);
        if (!models.Any(model => model.IsRunnable && services.Store.IsCached(model)))
            throw new IngotException(ErrorCode.NotReady, "No model's files are on this machine.");
        return Status("ready");
    }

    /// <exception cref="IngotException">The service has not started or is stopping.</exception>
    internal static void RefuseUnlessRunning(IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            throw new IngotException(ErrorCode.NotReady, "The service is stopping.");
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            throw new IngotException(ErrorCode.NotReady, "The service is starting.");
    }

    private static JsonHttpResult<ServiceHealth> Status(string status) =>
        TypedResults.Json(new ServiceHealth(status), WireJson.For<ServiceHealth>());
}
