using Ingot.Models.Catalog;
using Ingot.Service;
using Ingot.Service.Hosting;

namespace Microsoft.AI.Foundry.Local.Models;

/// <summary>One variant of a model, run by the services of this process.</summary>
internal sealed class ModelVariant(ModelEntry entry, IngotServices services) : IModel
{
    // A program says itself when it is done with a model; one that idleness took from under it would look like a fault.
    private static readonly ModelLoadOptions UntilUnloaded = new() { TimeToLive = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    public string Id => entry.Id;

    /// <inheritdoc/>
    public string Alias => entry.Alias;

    /// <inheritdoc/>
    public ModelInfo Info => ModelInfoMapper.ToInfo(entry, services.Store.IsCached(entry));

    /// <inheritdoc/>
    public IReadOnlyList<IModel> Variants => [this];

    /// <inheritdoc/>
    public Task<bool> IsCachedAsync(CancellationToken? ct = null) => Task.FromResult(services.Store.IsCached(entry));

    /// <inheritdoc/>
    public Task<bool> IsLoadedAsync(CancellationToken? ct = null) =>
        Task.FromResult(services.Models.Loaded.Any(loaded => loaded.Id == entry.Id));

    /// <inheritdoc/>
    public Task DownloadAsync(Action<float>? downloadProgress = null, CancellationToken? ct = null) =>
        Refusals.TranslateAsync(() => services.Store.DownloadAsync(
            entry, downloadProgress is null ? null : new DirectProgress(downloadProgress), ct ?? CancellationToken.None));

    /// <inheritdoc/>
    public Task<string> GetPathAsync(CancellationToken? ct = null) =>
        Refusals.TranslateAsync(() => Task.FromResult(services.Store.GetPath(entry)));

    /// <inheritdoc/>
    public Task LoadAsync(CancellationToken? ct = null) =>
        Refusals.TranslateAsync(() => services.Models.LoadAsync(entry.Id, UntilUnloaded, ct ?? CancellationToken.None));

    /// <inheritdoc/>
    public async Task RemoveFromCacheAsync(CancellationToken? ct = null)
    {
        if (await IsLoadedAsync(ct))
            throw new FoundryLocalException("cannot remove a loaded model from cache; unload it first");
        await Refusals.TranslateAsync(() =>
        {
            services.Store.Remove(entry);
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc/>
    public Task UnloadAsync(CancellationToken? ct = null) =>
        Refusals.TranslateAsync(() => services.Models.UnloadUnusedAsync(entry, ct ?? CancellationToken.None));

    /// <inheritdoc/>
    public async Task<OpenAIChatClient> GetChatClientAsync(CancellationToken? ct = null) =>
        await IsLoadedAsync(ct)
            ? new OpenAIChatClient(entry.Id, new Running.InProcessRuntime(services))
            : throw new FoundryLocalException($"Model {entry.Id} is not loaded. Call LoadAsync first.");

    /// <inheritdoc/>
    public void SelectVariant(IModel variant) =>
        throw new FoundryLocalException($"{entry.Id} is a variant itself; select variants on the model its alias names.");

    /// <summary>Reports on the caller's own thread of control, so that a callback's exception reaches the caller.</summary>
    private sealed class DirectProgress(Action<float> report) : IProgress<double>
    {
        public void Report(double value) => report((float)value);
    }
}
