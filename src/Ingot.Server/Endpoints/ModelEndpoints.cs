using Ingot.Models.Catalog;
using Ingot.Protocol;
using Ingot.Protocol.Models;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Service;

namespace Ingot.Server.Endpoints;

/// <summary>The models one can ask for.</summary>
internal static class ModelEndpoints
{
    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapGet($"{prefix}/models", ListAsync)
                .Describe(new WireOperation("listModels", "Models", "Lists the models of the catalog.") { Response = typeof(ModelList) });

            // Names may hold slashes.
            routes.MapGet($"{prefix}/models/{{**id}}", GetAsync)
                .Describe(new WireOperation("getModel", "Models", "Describes one model, by its alias, name or id.") { Response = typeof(ModelObject) });
        }
    }

    private static async Task<IResult> ListAsync(IngotServices services, CancellationToken gone)
    {
        IReadOnlyList<ModelEntry> entries = await services.Catalog.ListAsync(gone);
        return TypedResults.Json(new ModelList([.. entries.Select(ModelMapper.ToWire)]), WireJson.For<ModelList>());
    }

    private static async Task<IResult> GetAsync(string id, IngotServices services, CancellationToken gone) =>
        TypedResults.Json(ModelMapper.ToWire(await services.Catalog.FindAsync(id, gone)), WireJson.For<ModelObject>());
}
