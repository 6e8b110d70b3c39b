using System.Text.Json;

namespace Ingot.Models.Catalog;

/// <summary>
/// Well-known open models that Ingot names by itself, each with the public repository it is fetched from. Part of the
/// program: no network is asked.
/// </summary>
public sealed class KnownModelsSource : ICatalogSource
{
    private const string Resource = "known-models.json";

    /// <inheritdoc/>
    public string Name => "known models";

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        using var stream = typeof(KnownModelsSource).Assembly.GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(stream);
        return Task.FromResult(CatalogEntryReader.ReadList(document.RootElement, Resource, null));
    }
}
