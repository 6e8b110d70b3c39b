namespace Microsoft.AI.Foundry.Local;

/// <summary>The variants of one alias. Everything asked of it is asked of the selected one: the best for this machine until told otherwise.</summary>
public class Model : IModel
{
    private volatile IReadOnlyList<IModel> _variants;
    private volatile IModel _selected;

    /// <summary>Groups variants.</summary>
    /// <param name="variants">At least one, the best for this machine first.</param>
    internal Model(IReadOnlyList<IModel> variants)
    {
        _variants = variants;
        _selected = Best(variants);
    }

    /// <inheritdoc/>
    public string Id => _selected.Id;

    /// <inheritdoc/>
    public string Alias => _selected.Alias;

    /// <inheritdoc/>
    public ModelInfo Info => _selected.Info;

    /// <inheritdoc/>
    public IReadOnlyList<IModel> Variants => _variants;

    /// <summary>The variant that everything is asked of.</summary>
    public IModel SelectedVariant => _selected;

    /// <inheritdoc/>
    public Task<bool> IsCachedAsync(CancellationToken? ct = null) => _selected.IsCachedAsync(ct);

    /// <inheritdoc/>
    public Task<bool> IsLoadedAsync(CancellationToken? ct = null) => _selected.IsLoadedAsync(ct);

    /// <inheritdoc/>
    public Task DownloadAsync(Action<float>? downloadProgress = null, CancellationToken? ct = null) =>
        _selected.DownloadAsync(downloadProgress, ct);

    /// <inheritdoc/>
    public Task<string> GetPathAsync(CancellationToken? ct = null) => _selected.GetPathAsync(ct);

    /// <inheritdoc/>
    public Task LoadAsync(CancellationToken? ct = null) => _selected.LoadAsync(ct);

    /// <inheritdoc/>
    public Task RemoveFromCacheAsync(CancellationToken? ct = null) => _selected.RemoveFromCacheAsync(ct);

    /// <inheritdoc/>
    public Task UnloadAsync(CancellationToken? ct = null) => _selected.UnloadAsync(ct);

    /// <inheritdoc/>
    public Task<OpenAIChatClient> GetChatClientAsync(CancellationToken? ct = null) => _selected.GetChatClientAsync(ct);

    /// <inheritdoc/>
    public Task<OpenAIEmbeddingClient> GetEmbeddingClientAsync(CancellationToken? ct = null) => _selected.GetEmbeddingClientAsync(ct);

    /// <inheritdoc/>
    public Task<OpenAIAudioClient> GetAudioClientAsync(CancellationToken? ct = null) => _selected.GetAudioClientAsync(ct);

    /// <inheritdoc/>
    public void SelectVariant(IModel variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        _selected = Find(variant.Id)
            ?? throw new FoundryLocalException($"{variant.Id} is not a variant of {Alias}; its Variants are {string.Join(", ", _variants.Select(own => own.Id))}.");
    }

    /// <summary>Takes the variants the catalog has now; the selected one stays selected while it is among them.</summary>
    internal void Update(IReadOnlyList<IModel> variants)
    {
        _variants = variants;
        _selected = Find(_selected.Id) ?? Best(variants);
    }

    private static IModel Best(IReadOnlyList<IModel> variants) => variants.FirstOrDefault(variant => variant.Info.Cached) ?? variants[0];

    private IModel? Find(string id) => _variants.FirstOrDefault(own => own.Id == id);
}
