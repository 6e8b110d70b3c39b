namespace Microsoft.AI.Foundry.Local;

/// <summary>Which models there are.</summary>
public interface ICatalog
{
    /// <summary>The catalog's name.</summary>
    string Name { get; }

    /// <summary>All models, one for each alias.</summary>
    Task<List<IModel>> ListModelsAsync(CancellationToken? ct = null);

    /// <summary>The model of an alias; null when there is none. The same object each time, with the variant selected before.</summary>
    /// <param name="modelAlias">
    /// The alias, in any letter case; or a Hugging Face name (<c>hf:owner/name</c>), or the path of a model's folder.
    /// </param>
    /// <param name="ct">Stops looking.</param>
    Task<IModel?> GetModelAsync(string modelAlias, CancellationToken? ct = null);

    /// <summary>One variant; null when there is none.</summary>
    /// <param name="modelId"><c>name:version</c>, or a name for its newest version.</param>
    /// <param name="ct">Stops looking.</param>
    Task<IModel?> GetModelVariantAsync(string modelId, CancellationToken? ct = null);

    /// <summary>The variants whose files are on this machine.</summary>
    Task<List<IModel>> GetCachedModelsAsync(CancellationToken? ct = null);

    /// <summary>The variants in memory.</summary>
    Task<List<IModel>> GetLoadedModelsAsync(CancellationToken? ct = null);

    /// <summary>The newest version of a model's variant; the model itself when there is no newer one.</summary>
    /// <param name="model">A model or variant of this catalog.</param>
    /// <param name="ct">Stops looking.</param>
    /// <exception cref="FoundryLocalException">The catalog does not have it.</exception>
    Task<IModel> GetLatestVersionAsync(IModel model, CancellationToken? ct = null);
}
