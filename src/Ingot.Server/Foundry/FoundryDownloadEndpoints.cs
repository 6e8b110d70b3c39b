using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Protocol.Foundry;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;

namespace Ingot.Server.Foundry;

/// <summary>Bringing models to this machine.</summary>
internal static class FoundryDownloadEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapFoundryDownload(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/openai/download", DownloadAsync).Describe(new WireOperation("downloadModel", "Foundry",
            "Brings a model's files to this machine, going on where an earlier attempt ended. When the client leaves, the download stops.")
        {
            Request = typeof(ModelDownloadRequest),
            Needed = ["model"],
            Text = "Lines `(\"file\", fraction of the file) percent of the whole%`, and last a line of JSON: `success` and `errorMessage`, each also with a capital first letter.",
            ChangesModels = true,
        });

    private static async Task<DownloadResult> DownloadAsync(
        HttpContext context, IngotServices services, CallerRights rights, IHostApplicationLifetime lifetime, ILogger<DownloadResult> logger)
    {
        CancellationToken gone = context.RequestAborted;
        ModelDownloadRequest request = await WireBody.ReadAnyCaseAsync<ModelDownloadRequest>(context.Request, gone);
        if (request.BufferSize < 1)
            throw ChatMapper.Invalid("bufferSize", "must be 1 or more");
        HubToken? token = ToToken(request.Token);
        CheckFolder(request.CustomDirPath, services);
        ModelEntry entry = await DownloadChoice.FindAsync(request.Model, services, gone);
        rights.EnsureMayUse(context, entry.Id, entry.Name, entry.Alias);
        return new DownloadResult(entry, token, services, logger, lifetime.ApplicationStopping);
    }

    private static HubToken? ToToken(string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
            return null;
        try
        {
            return new HubToken(token);
        }
        catch (IngotException refusal)
        {
            throw new IngotException(refusal.Code, refusal.Message, "token", refusal);
        }
    }

    // A request must not say where on this machine something is written.
    private static void CheckFolder(string? folder, IngotServices services)
    {
        if (!string.IsNullOrEmpty(folder) && folder.TrimEnd('/', '\\') != services.Store.Location)
            throw ChatMapper.Unsupported("customDirPath", $"models are kept in {services.Store.Location}; 'foundry cache cd' changes that");
    }
}
