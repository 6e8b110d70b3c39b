using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Microsoft.AI.Foundry.Local.Running;

namespace Microsoft.AI.Foundry.Local.Models;

/// <summary>The catalog. Models and variants are the same objects each time they are asked for, brought up to date.</summary>
internal sealed class ServiceCatalog(Session session) : ICatalog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ModelVariant> _variants = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Model> _models = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string Name => "Ingot";

    /// <inheritdoc/>
    public Task<List<IModel>> ListModelsAsync(CancellationToken? ct = null) => session.RunAsync(
        async token => Models(await session.Services.Catalog.ListAsync(token)), ct);

    /// <inheritdoc/>
    public Task<IModel?> GetModelAsync(string modelAlias, CancellationToken? ct = null)
    {
        ArgumentNullException.ThrowIfNull(modelAlias);
        return session.RunAsync(
            async token => await OpenAsync(modelAlias, token)
                ?? Models(await MatchesAsync(entry => Is(entry.Alias, modelAlias), token)).FirstOrDefault(),
            ct);
    }

    /// <inheritdoc/>
    public Task<IModel?> GetModelVariantAsync(string modelId, CancellationToken? ct = null)
    {
        ArgumentNullException.ThrowIfNull(modelId);
        return session.RunAsync(
            async token => await OpenAsync(modelId, token)
                ?? (await MatchesAsync(entry => Is(entry.Id, modelId) || Is(entry.Name, modelId), token)).MaxBy(entry => entry.Version) switch
                {
                    { } entry => Variant(entry),
                    null => null,
                },
            ct);
    }

    /// <inheritdoc/>
    public Task<List<IModel>> GetCachedModelsAsync(CancellationToken? ct = null) => session.RunAsync<List<IModel>>(
        async token => [.. (await session.Services.Catalog.ListAsync(token)).Where(session.Services.Store.IsCached).Select(Variant)], ct);

    /// <inheritdoc/>
    public Task<List<IModel>> GetLoadedModelsAsync(CancellationToken? ct = null) => session.RunAsync<List<IModel>>(
        async token =>
        {
            IReadOnlyList<string> loaded = await session.Runtime.ListLoadedAsync(token);
            return [.. (await session.Services.Catalog.ListAsync(token)).Where(entry => loaded.Contains(entry.Id, StringComparer.OrdinalIgnoreCase)).Select(Variant)];
        },
        ct);

    /// <inheritdoc/>
    public Task<IModel> GetLatestVersionAsync(IModel model, CancellationToken? ct = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return session.RunAsync(
            async token =>
            {
                ModelEntry? latest = (await MatchesAsync(entry => Is(entry.Name, model.Info.Name), token)).MaxBy(entry => entry.Version);
                return latest is null
                    ? throw new FoundryLocalException($"The catalog has no model {model.Id}. Get models from ListModelsAsync or GetModelAsync.")
                    : Is(latest.Id, model.Id) ? model : Variant(latest);
            },
            ct);
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>What a Hugging Face name or the path of a folder means; null for other names.</summary>
    private async Task<IModel?> OpenAsync(string name, CancellationToken token)
    {
        if (HubReference.IsMeant(name))
            return Variant(await session.Services.Catalog.FindAsync(name, token));
        return name.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) && Directory.Exists(name)
            ? Variant(await session.Services.Catalog.FindOrOpenAsync(name, token))
            : null;
    }

    // A model that came after the list was read is found by asking again.
    private async Task<IReadOnlyList<ModelEntry>> MatchesAsync(Func<ModelEntry, bool> isMeant, CancellationToken token)
    {
        ModelEntry[] known = [.. (await session.Services.Catalog.ListAsync(token)).Where(isMeant)];
        return known.Length > 0 ? known : [.. (await session.Services.Catalog.RefreshAsync(token)).Where(isMeant)];
    }

    private List<IModel> Models(IEnumerable<ModelEntry> entries) =>
        [.. entries.GroupBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase).Select(group => Model(group.Key, [.. group.Select(Variant)]))];

    private Model Model(string alias, IReadOnlyList<IModel> variants)
    {
        lock (_lock)
        {
            if (_models.TryGetValue(alias, out Model? known))
                known.Update(variants);
            else
                _models.Add(alias, known = new Model(variants));
            return known;
        }
    }

    private IModel Variant(ModelEntry entry)
    {
        lock (_lock)
        {
            if (_variants.TryGetValue(entry.Id, out ModelVariant? known))
                known.Update(entry);
            else
                _variants.Add(entry.Id, known = new ModelVariant(entry, session));
            return known;
        }
    }
}
