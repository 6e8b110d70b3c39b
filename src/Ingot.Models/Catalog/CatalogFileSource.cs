namespace Ingot.Models.Catalog;

/// <summary>
/// A JSON file that lists models: <c>{"models":[…]}</c> or a bare array of Foundry's model information in camel case.
/// An entry's <c>path</c> names its folder on this machine, relative to the file; fields nobody here knows are skipped,
/// since catalogs of newer versions carry more.
/// </summary>
/// <param name="path">The file; it must exist.</param>
public sealed class CatalogFileSource(string path) : ICatalogSource
{
    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        using var document = await JsonFile.ReadAsync(_path, cancellationToken);
        return CatalogEntryReader.ReadList(document.RootElement, _path, Path.GetDirectoryName(_path)!);
    }
}
