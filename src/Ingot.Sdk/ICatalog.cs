namespace Microsoft.AI.Foundry.Local;

/// <summary>Which models there are.</summary>
public interface ICatalog
{
    /// <summary>The catalog's name.</summary>
    string Name { get; }

    /// <summary>All models, one for each alias.</summary>
    Task<List<IModel>> ListModelsAsync(CancellationToken? ct = null);

    /// <summary>The model of an alias; null when there is none.</summary>
    /// <param name="modelAlias">The alias, in any letter case.</param>
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
}
