using Ingot.Engine.Running;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Service;
using Ingot.Service.Hosting;

namespace Ingot.Server.Foundry;

/// <summary>What the routes do to models in memory, and what has come of it in the newer API's words.</summary>
/// <param name="services">What does it.</param>
internal sealed class ModelActions(IngotServices services)
{
    /// <summary>Brings a model into memory.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="query">How: <c>unload</c>, <c>ttl</c> or <c>timeout</c>, <c>ep</c>, <c>runner</c>.</param>
    /// <param name="gone">Gives up.</param>
    /// <returns><c>loaded</c> or <c>already_loaded</c>.</returns>
    public async Task<string> LoadAsync(string model, QueryValues query, CancellationToken gone)
    {
        int seconds = query.Number("ttl") ?? query.Number("timeout") ?? 0;
        var options = new ModelLoadOptions
        {
            TimeToLive = seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
            Pinned = query.Flag("unload") == false,
            ExecutionProvider = query.Word("ep") is { Length: > 0 } provider ? ExecutionProviders.Require(provider).Name : null,
            Runner = ToRunner(query.Word("runner")),
        };
        bool wasLoaded = await services.Catalog.FindOrDefaultAsync(model, gone) is { } entry && services.Models.IsLoaded(entry);
        await services.Models.LoadAsync(model, options, gone);
        return wasLoaded ? "already_loaded" : "loaded";
    }

    private static RunnerPreference? ToRunner(string? word) => word?.ToLowerInvariant() switch
    {
        null or "" => null,
        "auto" => RunnerPreference.Auto,
        "ingot" => RunnerPreference.Ingot,
        "onnxruntime" => RunnerPreference.OnnxRuntime,
        _ => throw ChatMapper.Invalid("runner", "must be 'auto', 'ingot' or 'onnxruntime'"),
    };

    /// <summary>Takes a model out of memory.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="query">How: <c>force</c>.</param>
    /// <param name="gone">Stops waiting.</param>
    /// <returns><c>unloaded</c>, <c>not_loaded</c> or <c>kept</c>.</returns>
    public async Task<string> UnloadAsync(string model, QueryValues query, CancellationToken gone) =>
        await services.Models.UnloadAsync(model, query.Flag("force") ?? false, gone) switch
        {
            UnloadResult.Unloaded => "unloaded",
            UnloadResult.NotLoaded => "not_loaded",
            _ => "kept",
        };

    /// <summary>Takes every model out of memory, whatever its time to live.</summary>
    /// <param name="gone">Stops waiting.</param>
    public Task UnloadAllAsync(CancellationToken gone) => services.Models.UnloadAllAsync(force: true, gone);
}
