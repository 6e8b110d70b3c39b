using Ingot.Models.Catalog;
using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Foundry;

/// <summary>Which models there are, on this machine and in memory, as Foundry Local's clients ask.</summary>
internal static class FoundryListEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapFoundryLists(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/foundry/list", ListAsync).Describe(new WireOperation("listFoundryModels", "Foundry", "Lists every known model, on this machine or not.")
        {
            Response = typeof(IReadOnlyList<FoundryModel>),
        });
        routes.MapGet("/openai/models", ListCachedAsync).Describe(new WireOperation("listCachedModels", "Foundry", "Lists the ids of the models whose files are on this machine, and the names of those elsewhere that requests are handed on to.")
        {
            Response = typeof(IReadOnlyList<string>),
        });
        routes.MapGet("/foundry/ps", ListStates).Describe(new WireOperation("listModelStates", "Foundry", "Describes the models in memory, on their way there and on their way out.")
        {
            Response = typeof(IReadOnlyList<LoadedModelInfo>),
        });
        foreach ((string path, string id) in new[] { ("/openai/loadedmodels", "listLoadedModels"), ("/models/loaded", "listLoadedModelsOfWebService") })
        {
            routes.MapGet(path, ListLoaded).Describe(new WireOperation(id, "Foundry", "Lists the ids of the models in memory.")
            {
                Response = typeof(IReadOnlyList<string>),
            });
        }
    }

    private static async Task<JsonHttpResult<IReadOnlyList<FoundryModel>>> ListAsync(HttpContext context, IngotServices services, CallerRights rights, CancellationToken gone)
    {
        IReadOnlyList<ModelEntry> entries = await services.Catalog.ListAsync(gone);
        return Json<IReadOnlyList<FoundryModel>>(
            [.. entries.Where(FoundryModelMapper.CanTell).Where(entry => rights.MayUse(context, entry)).Select(entry => FoundryModelMapper.ToWire(entry, services.Store.IsCached(entry)))]);
    }

    private static async Task<JsonHttpResult<IReadOnlyList<string>>> ListCachedAsync(
        HttpContext context, IngotServices services, ModelsElsewhere elsewhere, CallerRights rights, CancellationToken gone)
    {
        IReadOnlyList<ModelEntry> entries = await services.Catalog.ListAsync(gone);
        IEnumerable<string> here = entries.Where(services.Store.IsCached).Where(entry => rights.MayUse(context, entry)).Select(entry => entry.Id);
        return Json<IReadOnlyList<string>>([.. here, .. elsewhere.All.Select(provided => provided.Model.LocalName).Where(name => rights.MayUse(context, name))]);
    }

    private static JsonHttpResult<IReadOnlyList<string>> ListLoaded(HttpContext context, IngotServices services, CallerRights rights) =>
        Json<IReadOnlyList<string>>([.. services.Models.Loaded.Where(entry => rights.MayUse(context, entry)).Select(entry => entry.Id)]);

    private static JsonHttpResult<IReadOnlyList<LoadedModelInfo>> ListStates(HttpContext context, IngotServices services, CallerRights rights) =>
        Json<IReadOnlyList<LoadedModelInfo>>([.. services.Models.States.Where(state => rights.MayUse(context, state.Entry)).Select(FoundryModelMapper.ToWire)]);

    private static JsonHttpResult<T> Json<T>(T value) => TypedResults.Json(value, WireJson.For<T>());
}
