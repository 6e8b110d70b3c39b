namespace Microsoft.AI.Foundry.Local;

/// <summary>A model: an alias with its variants, or one variant. What is done to an alias is done to its selected variant.</summary>
public interface IModel
{
    /// <summary>The variant's unique name, <c>name:version</c>.</summary>
    string Id { get; }

    /// <summary>The name that groups a model's variants.</summary>
    string Alias { get; }

    /// <summary>What the catalog says of the variant.</summary>
    ModelInfo Info { get; }

    /// <summary>All variants of the alias, the best for this machine first; for a variant, itself.</summary>
    IReadOnlyList<IModel> Variants { get; }

    /// <summary>Whether the variant's files are on this machine.</summary>
    Task<bool> IsCachedAsync(CancellationToken? ct = null);

    /// <summary>Whether the variant is in memory.</summary>
    Task<bool> IsLoadedAsync(CancellationToken? ct = null);

    /// <summary>Brings the variant's files to this machine; returns at once when they are here.</summary>
    /// <param name="downloadProgress">Told the percentage, never falling, 100 at the end and only then. What it throws ends the download and reaches the caller.</param>
    /// <param name="ct">Stops the download; what has come in is kept for the next attempt.</param>
    /// <exception cref="FoundryLocalException">The files cannot be had.</exception>
    Task DownloadAsync(Action<float>? downloadProgress = null, CancellationToken? ct = null);

    /// <summary>The folder of the variant's files.</summary>
    /// <exception cref="FoundryLocalException">They are not on this machine.</exception>
    Task<string> GetPathAsync(CancellationToken? ct = null);

    /// <summary>Loads the variant into memory; returns at once when it is there.</summary>
    /// <exception cref="FoundryLocalException">Its files are missing, damaged, or of a kind not run here.</exception>
    Task LoadAsync(CancellationToken? ct = null);

    /// <summary>Deletes the variant's files. A loaded variant must be unloaded first.</summary>
    Task RemoveFromCacheAsync(CancellationToken? ct = null);

    /// <summary>
    /// Takes the variant out of memory; nothing happens when it is not there. Answers under way are not waited for, since a
    /// program that unloads inside its own stream would wait for itself: read them to the end, cancel them or dispose them first.
    /// </summary>
    /// <exception cref="FoundryLocalException">Requests still use it.</exception>
    Task UnloadAsync(CancellationToken? ct = null);

    /// <summary>A client to chat with the variant, which must be loaded.</summary>
    /// <exception cref="FoundryLocalException">It is not loaded.</exception>
    Task<OpenAIChatClient> GetChatClientAsync(CancellationToken? ct = null);

    /// <summary>A client that makes vectors of texts with the variant, which must be loaded.</summary>
    /// <exception cref="FoundryLocalException">It is not loaded.</exception>
    Task<OpenAIEmbeddingClient> GetEmbeddingClientAsync(CancellationToken? ct = null);

    /// <summary>A client to transcribe speech with the variant, which must be loaded. No model run here does that yet.</summary>
    /// <exception cref="FoundryLocalException">It is not loaded.</exception>
    Task<OpenAIAudioClient> GetAudioClientAsync(CancellationToken? ct = null);

    /// <summary>Chooses the variant that this model stands for.</summary>
    /// <param name="variant">One of <see cref="Variants"/>.</param>
    /// <exception cref="FoundryLocalException">It is not a variant of this model, or this is itself a variant.</exception>
    void SelectVariant(IModel variant);
}
