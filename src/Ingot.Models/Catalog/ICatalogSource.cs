namespace Ingot.Models.Catalog;

/// <summary>A place that knows models: the shipped ones, a catalog file, a cache folder.</summary>
public interface ICatalogSource
{
    /// <summary>Names the source in messages: its path, or <c>built-in</c>.</summary>
    string Name { get; }

    /// <summary>
    /// What is wrong with the source although it could list something, such as an older copy; null (default) when nothing is.
    /// One sentence naming the address.
    /// </summary>
    string? Trouble => null;

    /// <summary>Lists what the source knows now. A source that does not exist yet (an empty cache) lists nothing.</summary>
    /// <param name="cancellationToken">Gives up listing.</param>
    /// <exception cref="Errors.IngotException">The source cannot be read; the message names file and field.</exception>
    Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A source that could not be read when the catalog was last listed.</summary>
/// <param name="Source">The source's <see cref="ICatalogSource.Name"/>.</param>
/// <param name="Reason">One sentence naming file and field.</param>
public sealed record CatalogProblem(string Source, string Reason);
