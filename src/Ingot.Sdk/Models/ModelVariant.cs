using Ingot.Errors;
using Ingot.Models.Catalog;
using Microsoft.AI.Foundry.Local.Running;

namespace Microsoft.AI.Foundry.Local.Models;

/// <summary>One variant of a model.</summary>
internal sealed class ModelVariant(ModelEntry entry, Session session) : IModel
{
    private volatile ModelEntry _entry = entry;

    /// <inheritdoc/>
    public string Id => _entry.Id;

    /// <inheritdoc/>
    public string Alias => _entry.Alias;

    /// <inheritdoc/>
    public ModelInfo Info => ModelInfoMapper.ToInfo(_entry, session.Services.Store.IsCached(_entry));

    /// <inheritdoc/>
    public IReadOnlyList<IModel> Variants => [this];

    /// <summary>What runs it.</summary>
    internal Session Session => session;

    /// <summary>Takes what the catalog says now.</summary>
    public void Update(ModelEntry entry) => _entry = entry;

    /// <inheritdoc/>
    public Task<bool> IsCachedAsync(CancellationToken? ct = null) =>
        session.RunAsync(_ => Task.FromResult(session.Services.Store.IsCached(_entry)), ct);

    /// <inheritdoc/>
    public Task<bool> IsLoadedAsync(CancellationToken? ct = null) => session.RunAsync(IsLoadedAsync, ct);

    /// <inheritdoc/>
    public Task DownloadAsync(Action<float>? downloadProgress = null, CancellationToken? ct = null) => session.RunAsync(
        token => session.Services.Store.DownloadAsync(_entry, downloadProgress is null ? null : new RisingProgress(downloadProgress), token), ct);

    /// <inheritdoc/>
    public Task<string> GetPathAsync(CancellationToken? ct = null) => session.RunAsync(
        _ =>
        {
            try
            {
                return Task.FromResult(session.Services.Store.GetPath(_entry));
            }
            catch (IngotException reason)
            {
                throw new FoundryLocalException($"Error getting path for model {Id}: {reason.Message} Has it been downloaded?", reason);
            }
        },
        ct);

    /// <inheritdoc/>
    public Task LoadAsync(CancellationToken? ct = null) => session.RunAsync(
        token => session.Services.Store.IsCached(_entry)
            ? session.Runtime.LoadAsync(_entry, token)
            : throw new FoundryLocalException($"Model {Id} is not on this machine. Call DownloadAsync first."),
        ct);

    /// <inheritdoc/>
    public Task RemoveFromCacheAsync(CancellationToken? ct = null) => session.RunAsync(
        async token =>
        {
            if (await IsLoadedAsync(token))
                throw new FoundryLocalException("cannot remove a loaded model from cache; unload it first");
            if (!session.Services.Store.IsCached(_entry))
                throw new FoundryLocalException("model is not cached locally");
            await session.Services.Models.RemoveAsync(Id, token);
        },
        ct);

    /// <inheritdoc/>
    public Task UnloadAsync(CancellationToken? ct = null) => session.RunAsync(
        token => session.CountAnswers(Id) is > 0 and int count
            ? throw new FoundryLocalException($"Model '{Id}' cannot be unloaded: {count} request(s) still use it. Read their answers to the end, cancel them or dispose them first.")
            : session.Runtime.UnloadAsync(_entry, token),
        ct);

    /// <inheritdoc/>
    public Task<OpenAIChatClient> GetChatClientAsync(CancellationToken? ct = null) => ClientAsync(() => new OpenAIChatClient(Id, session), ct);

    /// <inheritdoc/>
    public Task<OpenAIEmbeddingClient> GetEmbeddingClientAsync(CancellationToken? ct = null) => ClientAsync(() => new OpenAIEmbeddingClient(Id, session), ct);

    /// <inheritdoc/>
    public Task<OpenAIAudioClient> GetAudioClientAsync(CancellationToken? ct = null) => ClientAsync(() => new OpenAIAudioClient(Id), ct);

    /// <inheritdoc/>
    public void SelectVariant(IModel variant) =>
        throw new FoundryLocalException($"{Id} is a variant itself; call SelectVariant on the model of its alias, which GetModelAsync(\"{Alias}\") gives.");

    private async Task<bool> IsLoadedAsync(CancellationToken token) =>
        (await session.Runtime.ListLoadedAsync(token)).Contains(Id, StringComparer.OrdinalIgnoreCase);

    private Task<T> ClientAsync<T>(Func<T> make, CancellationToken? ct) => session.RunAsync(
        async token => await IsLoadedAsync(token) ? make() : throw new FoundryLocalException($"Model {Id} is not loaded. Call LoadAsync first."), ct);
}
