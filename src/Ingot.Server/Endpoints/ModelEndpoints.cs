using Ingot.Models.Catalog;
using Ingot.Protocol;
using Ingot.Protocol.Models;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Providers;

namespace Ingot.Server.Endpoints;

/// <summary>The models one can ask for now: those whose files are on this machine and that it can run, and those that live elsewhere.</summary>
internal static class ModelEndpoints
{
    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapGet($"{prefix}/models", ListAsync)
                .Describe(new WireOperation("listModels", "Models", "Lists the models that are on this machine, and those elsewhere that requests are handed on to.") { Response = typeof(ModelList) });

            // Names may hold slashes.
            routes.MapGet($"{prefix}/models/{{**id}}", GetAsync)
                .Describe(new WireOperation("getModel", "Models", "Describes one of these models, by its alias, name or id.") { Response = typeof(ModelObject) });
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IngotServices services, ModelsElsewhere elsewhere, CallerRights rights, CancellationToken gone)
    {
        IReadOnlyList<ModelEntry> entries = await services.Catalog.ListAsync(gone);
        // A variant made for what is not here is listed if something else here runs it all the same.
        IEnumerable<ModelObject> usable = entries
            .Where(entry => services.Store.IsCached(entry) && rights.MayUse(context, entry))
            .Select(entry => (Entry: entry, Runner: services.Runners.Of(entry)))
            .Where(model => model.Entry.IsRunnable || model.Runner is { Runner.Length: > 0 })
            .Select(model => ModelMapper.ToWire(model.Entry, model.Runner));
        IEnumerable<ProvidedModel> far = elsewhere.All.Where(provided => rights.MayUse(context, provided.Model.LocalName));
        return TypedResults.Json(new ModelList([.. usable, .. far.Select(ModelsElsewhere.ToWire)]), WireJson.For<ModelList>());
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, IngotServices services, ModelsElsewhere elsewhere, CallerRights rights, CancellationToken gone)
    {
        await rights.EnsureMayUseAsync(context, id);
        if (elsewhere.Find(id) is { } provided)
            return TypedResults.Json(ModelsElsewhere.ToWire(provided), WireJson.For<ModelObject>());
        ModelEntry entry = await services.Catalog.FindAsync(id, gone);

        // Refuses what is known and not here, as a request for it would be, and says how to get it.
        services.Store.GetPath(entry);
        return TypedResults.Json(ModelMapper.ToWire(entry, services.Runners.Of(entry)), WireJson.For<ModelObject>());
    }
}
