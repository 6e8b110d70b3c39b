using Ingot.Models.Catalog;
using Ingot.Protocol.Foundry;
using Ingot.Service.Hosting;

namespace Ingot.Server.Foundry;

/// <summary>The forms of models that Foundry Local's clients read.</summary>
internal static class FoundryModelMapper
{
    /// <summary>Whether the entry has a form at all: clients fail on a device they do not know, and with it on the whole list.</summary>
    public static bool CanTell(ModelEntry entry) => entry.DeviceType != ModelDevice.Invalid;

    /// <summary>Maps an entry.</summary>
    public static FoundryModel ToWire(ModelEntry entry, bool isCached) => new()
    {
        Name = entry.Id,
        DisplayName = entry.DisplayName ?? entry.Name,
        ProviderType = entry.ProviderType,
        Uri = entry.Uri,
        Version = $"{entry.Version}",
        ModelType = entry.ModelType,
        PromptTemplate = new FoundryPromptTemplate(
            entry.PromptTemplate?.System, entry.PromptTemplate?.User, entry.PromptTemplate?.Assistant, entry.PromptTemplate?.Prompt),
        Publisher = entry.Publisher ?? "",
        Task = entry.Task,
        Runtime = new FoundryRuntime(entry.DeviceType.ToString(), entry.ExecutionProvider),
        FileSizeMb = entry.FileSizeMb ?? 0,
        ModelSettings = new FoundryModelSettings([.. entry.Parameters.Select(parameter => new FoundryParameter(parameter.Name, parameter.Value))]),
        Alias = entry.Alias,
        SupportsToolCalling = entry.SupportsToolCalling == true,
        License = entry.License ?? "",
        LicenseDescription = entry.LicenseDescription ?? "",
        ParentModelUri = entry.ParentModelUri ?? "",
        MaxOutputTokens = (int)Math.Clamp(entry.MaxOutputTokens ?? entry.ContextLength ?? 0, 0, int.MaxValue),
        MinFLVersion = entry.MinFoundryLocalVersion ?? "",
        ContextLength = entry.ContextLength,
        Cached = isCached,
    };

    /// <summary>Maps a model in memory.</summary>
    public static LoadedModelInfo ToWire(LoadedModelState state) => new(
        state.Entry.Id,
        state.Entry.Alias,
        state.State switch
        {
            ModelState.Loading => "loading",
            ModelState.Loaded => "loaded",
            ModelState.Unloading => "unloading",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state.State, "has no wire form"),
        },
        ExecutionProviders.Find(state.ExecutionProvider)?.RuntimeName ?? state.ExecutionProvider,
        state.MemoryBytes,
        state.ActiveRequests,
        state.LoadedAt?.ToUnixTimeSeconds(),
        state.LastUsedAt.ToUnixTimeSeconds(),
        state.ExpiresAt?.ToUnixTimeSeconds(),
        state.Pinned,
        state.Runner?.Runner,
        state.Runner?.Reason,
        state.Runner?.Acceleration?.MemoryBytes,
        state.Runner?.Acceleration?.Reason);
}
