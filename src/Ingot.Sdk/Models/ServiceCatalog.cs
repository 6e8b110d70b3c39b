using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Service;

namespace Microsoft.AI.Foundry.Local.Models;

/// <summary>The catalog as the services of this process know it.</summary>
internal sealed class ServiceCatalog(IngotServices services) : ICatalog
{
    /// <inheritdoc/>
    public string Name => "Ingot";

    /// <inheritdoc/>
    public async Task<List<IModel>> ListModelsAsync(CancellationToken? ct = null) =>
        [.. (await EntriesAsync(ct)).GroupBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase).Select(Group)];

    /// <inheritdoc/>
    public async Task<IModel?> GetModelAsync(string modelAlias, CancellationToken? ct = null) =>
        await HubModelAsync(modelAlias, ct) ?? (await EntriesAsync(ct))
            .Where(entry => entry.Alias.Equals(modelAlias, StringComparison.OrdinalIgnoreCase))
            .GroupBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase)
            .Select(Group)
            .FirstOrDefault();

    /// <inheritdoc/>
    public async Task<IModel?> GetModelVariantAsync(string modelId, CancellationToken? ct = null) =>
        await HubModelAsync(modelId, ct) ?? (await EntriesAsync(ct))
            .Where(entry => entry.Id.Equals(modelId, StringComparison.OrdinalIgnoreCase) || entry.Name.Equals(modelId, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(entry => entry.Version)
            .Select(Variant)
            .FirstOrDefault();

    /// <inheritdoc/>
    public async Task<List<IModel>> GetCachedModelsAsync(CancellationToken? ct = null) =>
        [.. (await EntriesAsync(ct)).Where(services.Store.IsCached).Select(Variant)];

    /// <inheritdoc/>
    public Task<List<IModel>> GetLoadedModelsAsync(CancellationToken? ct = null) =>
        Task.FromResult<List<IModel>>([.. services.Models.Loaded.Select(Variant)]);

    /// <summary>The model a Hugging Face name means; null for any other name.</summary>
    private async Task<IModel?> HubModelAsync(string name, CancellationToken? ct) => HubReference.IsMeant(name)
        ? Variant(await Refusals.TranslateAsync(() => services.Catalog.FindAsync(name, ct ?? CancellationToken.None)))
        : null;

    private Task<IReadOnlyList<ModelEntry>> EntriesAsync(CancellationToken? ct) => services.Catalog.ListAsync(ct ?? CancellationToken.None);

    private IModel Group(IEnumerable<ModelEntry> entries) => new Model([.. entries.Select(Variant)]);

    private IModel Variant(ModelEntry entry) => new ModelVariant(entry, services);
}
