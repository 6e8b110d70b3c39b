using Ingot.Engine.Running;
using Ingot.Models.Catalog;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Service.Providers;

namespace Ingot.Cli.Output;

/// <summary>A model, as <c>-o json</c> shows it.</summary>
/// <param name="Id">Its id, <c>name:version</c>.</param>
/// <param name="Alias">The family's name.</param>
/// <param name="DisplayName">Its name for people.</param>
/// <param name="Publisher">Who published it.</param>
/// <param name="Task">What it does.</param>
/// <param name="Device">CPU, GPU, NPU or elsewhere.</param>
/// <param name="ExecutionProvider">What it was made for; of a model that lives elsewhere, its provider's name.</param>
/// <param name="FileSizeMb">Size of its files in mebibytes.</param>
/// <param name="ContextLength">Prompt and answer together, in tokens.</param>
/// <param name="MaxOutputTokens">The most tokens of one answer.</param>
/// <param name="SupportsToolCalling">Whether it was trained to call tools.</param>
/// <param name="SupportsReasoning">Whether it thinks aloud.</param>
/// <param name="License">Its license.</param>
/// <param name="Uri">Where it comes from.</param>
/// <param name="IsRunnable">Whether this machine has what it was made for.</param>
/// <param name="IsCached">Whether its files are here.</param>
/// <param name="Folder">Where they are.</param>
internal sealed record ModelFacts(
    string Id,
    string Alias,
    string? DisplayName,
    string? Publisher,
    string Task,
    string Device,
    string ExecutionProvider,
    int? FileSizeMb,
    long? ContextLength,
    long? MaxOutputTokens,
    bool? SupportsToolCalling,
    bool? SupportsReasoning,
    string? License,
    string Uri,
    bool IsRunnable,
    bool IsCached,
    string? Folder)
{
    /// <summary>The device of models that live elsewhere.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>Why this machine does not run it with what it was made for; null when it does.</summary>
    public string? Obstacle { get; init; }

    /// <summary>What would compute it, and why; null where nobody has looked, or its files are not here.</summary>
    public RunnerFacts? Runner { get; init; }

    /// <summary>What is known of a model that lives elsewhere.</summary>
    public static ModelFacts Of(ProvidedModel provided) => new(
        provided.Model.LocalName,
        provided.Model.LocalName,
        null,
        provided.Provider.Owner,
        "",
        Elsewhere,
        provided.Provider.Name,
        null,
        null,
        null,
        null,
        null,
        null,
        provided.Provider.Addresses[0].AbsoluteUri,
        true,
        false,
        null);

    /// <summary>What is known of a model.</summary>
    public static ModelFacts Of(ModelEntry entry, IngotServices services)
    {
        bool isCached = services.Store.IsCached(entry);
        return new ModelFacts(
            entry.Id,
            entry.Alias,
            entry.DisplayName,
            entry.Publisher,
            entry.Task,
            entry.DeviceType.ToString(),
            entry.ExecutionProvider,
            entry.FileSizeMb,
            entry.ContextLength,
            entry.MaxOutputTokens,
            entry.SupportsToolCalling,
            entry.SupportsReasoning,
            entry.License,
            entry.Uri,
            entry.IsRunnable,
            isCached,
            isCached ? services.Store.GetPath(entry) : null)
        {
            Obstacle = ExecutionProviders.ObstacleOf(entry),
        };
    }
}

/// <summary>A model and the folder its files are in.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="Folder">The folder.</param>
internal sealed record PlaceFacts(string Id, string Folder);

/// <summary>A model whose state was to be changed.</summary>
/// <param name="Model">The model, as it was named.</param>
/// <param name="Changed">Whether anything had to be done.</param>
internal sealed record ChangeFacts(string Model, bool Changed);

/// <summary>Another folder for models.</summary>
/// <param name="Folder">Where models are kept from now on.</param>
/// <param name="Previous">Where they were kept before, and stay.</param>
internal sealed record MoveFacts(string Folder, string Previous);

/// <summary>The cache.</summary>
/// <param name="Folder">Where models are kept.</param>
/// <param name="Models">How many of the models on this machine are in it.</param>
/// <param name="FreeBytes">Room on its disk; null when the system does not say.</param>
internal sealed record CacheFacts(string Folder, int Models, long? FreeBytes);

/// <summary>A model's files, compared with the hashes they came with.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="State"><c>sound</c>, <c>damaged</c>, or <c>unchecked</c> when it came without hashes.</param>
/// <param name="Files">How many files were compared.</param>
/// <param name="Faults">What is wrong, a sentence for each file.</param>
internal sealed record CheckFacts(string Id, string State, int Files, IReadOnlyList<string> Faults);

/// <summary>An option.</summary>
/// <param name="Key">Its key in the configuration file.</param>
/// <param name="Variable">Its environment variable.</param>
/// <param name="Value">Its value; null when it is not set and has no default.</param>
/// <param name="Source"><c>default</c>, the configuration file's path, or the variable's name.</param>
internal sealed record OptionFacts(string Key, string Variable, object? Value, string Source);

/// <summary>A model in the service's memory: read of <c>GET /foundry/ps</c>, and shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Alias">The family's name.</param>
/// <param name="State">Such as <c>loaded</c> or <c>loading</c>.</param>
/// <param name="ExecutionProvider">What runs it.</param>
/// <param name="MemoryBytes">Memory it takes.</param>
/// <param name="ActiveRequests">Requests that use it now.</param>
/// <param name="LoadedAt">When it was loaded, in seconds since 1970 UTC.</param>
/// <param name="LastUsedAt">When it was last used, likewise.</param>
/// <param name="ExpiresAt">When it is unloaded unless it is used before; null for never.</param>
/// <param name="Pinned">Whether it stays until it is unloaded by hand.</param>
/// <param name="Runner">Which runner computes it: <c>ingot</c> or <c>onnxruntime</c>.</param>
/// <param name="RunnerReason">Why that one.</param>
/// <param name="AccelerationBytes">Bytes of the copies of its weights for steps of many tokens; null where that is not asked.</param>
/// <param name="AccelerationReason">What is done of that or why nothing is.</param>
internal sealed record LoadedFacts(
    string Id,
    string? Alias,
    string? State,
    string? ExecutionProvider,
    long? MemoryBytes,
    int ActiveRequests,
    long? LoadedAt,
    long? LastUsedAt,
    long? ExpiresAt,
    bool Pinned,
    string? Runner = null,
    string? RunnerReason = null,
    long? AccelerationBytes = null,
    string? AccelerationReason = null);
