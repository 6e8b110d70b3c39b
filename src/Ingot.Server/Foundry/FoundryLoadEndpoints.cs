using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Http;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Foundry;

/// <summary>Bringing models into memory and out of it. These are GET routes because Foundry Local's are.</summary>
internal static class FoundryLoadEndpoints
{
    private static readonly WireQuery Unload = new("unload", typeof(bool), "Whether the model leaves memory when it was not used for the configured time; default true. False keeps it until it is unloaded.");
    private static readonly WireQuery Ttl = new("ttl", typeof(int), "Seconds the model stays in memory after its last use. More than 0 overrides `unload`; 0, the default, says nothing.");
    private static readonly WireQuery Timeout = new("timeout", typeof(int), "An older name of `ttl`.");
    private static readonly WireQuery Ep = new("ep", typeof(string), "The execution provider to run it: `cpu`, `cuda`, `dml`, `webgpu` or `qnn`. One that is not there is refused. Default: the model's own, if it is there, else `cpu`.");
    private static readonly WireQuery Runner = new("runner", typeof(string), "What is to run it: `auto`, `ingot` or `onnxruntime`. Default: as the service is set up.");
    private static readonly WireQuery Force = new("force", typeof(bool), "True unloads at once, whatever the time to live, and ends requests under way. Default false.");

    /// <summary>Maps the routes. Names may hold slashes.</summary>
    public static void MapFoundryLoads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openai/load/{**name}", LoadAsync).Describe(new WireOperation("loadModel", "Foundry", "Brings a model into memory.")
        {
            Query = [Unload, Ttl, Timeout, Ep, Runner],
            ChangesModels = true,
        });
        routes.MapGet("/openai/unload/{**name}", UnloadAsync).Describe(new WireOperation("unloadModel", "Foundry",
            "Takes a model out of memory, when requests under way have ended. Without `force`, one whose time to live still runs stays.")
        {
            Query = [Force],
            ChangesModels = true,
        });
        routes.MapGet("/openai/unloadall", UnloadAllAsync).Describe(new WireOperation("unloadAllModels", "Foundry", "Takes every model out of memory, whatever its time to live, and ends requests under way.")
        {
            ChangesModels = true,
        });
        routes.MapGet("/models/load/{**name}", LoadForWebServiceAsync).Describe(new WireOperation("loadModelOfWebService", "Foundry", "Brings a model into memory.")
        {
            Query = [Unload, Ttl, Timeout, Ep, Runner],
            Response = typeof(ModelAction),
            ChangesModels = true,
        });
        routes.MapGet("/models/unload/{**name}", UnloadForWebServiceAsync).Describe(new WireOperation("unloadModelOfWebService", "Foundry", "Takes a model out of memory.")
        {
            Query = [Force],
            Response = typeof(ModelAction),
            ChangesModels = true,
        });
    }

    private static async Task<Ok> LoadAsync(string? name, HttpContext context, ModelActions actions, CallerRights rights)
    {
        await actions.LoadAsync(await ModelAsync(name, context, rights), Values(context, [Unload, Ttl, Timeout, Ep, Runner]), context.RequestAborted);
        return TypedResults.Ok();
    }

    private static async Task<Ok> UnloadAsync(string? name, HttpContext context, ModelActions actions, CallerRights rights)
    {
        await actions.UnloadAsync(await ModelAsync(name, context, rights), Values(context, [Force]), context.RequestAborted);
        return TypedResults.Ok();
    }

    private static async Task<Ok> UnloadAllAsync(HttpContext context, ModelActions actions, CallerRights rights)
    {
        Values(context, []);
        rights.EnsureMayUseAll(context);
        await actions.UnloadAllAsync(context.RequestAborted);
        return TypedResults.Ok();
    }

    private static async Task<JsonHttpResult<ModelAction>> LoadForWebServiceAsync(string? name, HttpContext context, ModelActions actions, CallerRights rights) =>
        Json(await actions.LoadAsync(await ModelAsync(name, context, rights), Values(context, [Unload, Ttl, Timeout, Ep, Runner]), context.RequestAborted));

    private static async Task<JsonHttpResult<ModelAction>> UnloadForWebServiceAsync(string? name, HttpContext context, ModelActions actions, CallerRights rights) =>
        Json(await actions.UnloadAsync(await ModelAsync(name, context, rights), Values(context, [Force]), context.RequestAborted));

    private static async Task<string> ModelAsync(string? name, HttpContext context, CallerRights rights)
    {
        string model = PathModel.Read(name);
        await rights.EnsureMayUseAsync(context, model);
        return model;
    }

    private static QueryValues Values(HttpContext context, IReadOnlyList<WireQuery> known) => QueryValues.Read(context.Request, known);

    private static JsonHttpResult<ModelAction> Json(string status) => TypedResults.Json(new ModelAction(status), WireJson.For<ModelAction>());
}
