using Ingot.Models.Catalog;

namespace Ingot.Service.Tests;

/// <summary>A catalog source that lists what the test says.</summary>
public sealed class FixedSource(params ModelEntry[] entries) : ICatalogSource
{
    public string Name => "fixed";

    public Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ModelEntry>>(entries);

    public static ModelCatalog Catalog(params ModelEntry[] entries) =>
        new([new FixedSource(entries)], Microsoft.Extensions.Logging.Abstractions.NullLogger<ModelCatalog>.Instance);
}
