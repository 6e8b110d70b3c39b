using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Store;

/// <summary>
/// Which models' files are on this machine, and the one place where they are put and removed: the cache folder.
/// Files elsewhere (shipped models, folders a catalog file points to) are used but never touched. Thread-safe.
/// </summary>
/// <param name="location">The cache folder; need not exist. See <see cref="DefaultLocation"/>.</param>
public sealed class ModelStore(string location)
{
    /// <summary>Absolute path of the cache folder.</summary>
    public string Location { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(location));

    /// <summary>Foundry's own cache below a home folder: <c>.foundry/cache/models</c>.</summary>
    /// <param name="home">The home folder.</param>
    public static string DefaultLocation(string home) => Path.Combine(home, ".foundry", "cache", "models");

    /// <summary>Whether the model's files are on this machine, whole.</summary>
    /// <param name="entry">The model.</param>
    public bool IsCached(ModelEntry entry) => entry.LocalPath is { } path && FolderFacts.IsModel(path);

    /// <summary>The folder with the model's files.</summary>
    /// <param name="entry">The model.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelNotFound"/> when they are not on this machine.</exception>
    public string GetPath(ModelEntry entry) => IsCached(entry)
        ? entry.LocalPath!
        : throw new IngotException(ErrorCode.ModelNotFound,
            entry.LocalPath is null
                ? $"The files of model '{entry.Id}' are not on this machine."
                : $"The files of model '{entry.Id}' should be in {entry.LocalPath}, which has no finished {FolderFacts.ConfigFile}.",
            "model");

    /// <summary>Brings the model's files to this machine; at once when they are here already.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="percent">Told the progress, 0 to 100; 100 comes last. Null when nobody listens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/> for files that are elsewhere: this build downloads nothing yet.</exception>
    public Task DownloadAsync(ModelEntry entry, IProgress<double>? percent = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsCached(entry))
        {
            throw new IngotException(ErrorCode.UnsupportedValue,
                $"Model '{entry.Id}' is at {entry.Uri}, and this build does not download: put its ONNX folder below {Location} "
                + "or name it as 'path' in a catalog file.", "model");
        }

        percent?.Report(100);
        return Task.CompletedTask;
    }

    /// <summary>Deletes the model's folder from the cache.</summary>
    /// <param name="entry">The model; it must not be loaded (the host sees to that).</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelNotFound"/> when the model is not on this machine, <see cref="ErrorCode.Conflict"/> when its
    /// files lie outside the cache or cannot be deleted.
    /// </exception>
    public void Remove(ModelEntry entry)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(GetPath(entry)));
        if (!IsInside(path))
        {
            throw new IngotException(ErrorCode.Conflict,
                $"The files of model '{entry.Id}' are in {path}, outside the model cache {Location}; only files in the cache are removed.", "model");
        }

        try
        {
            Directory.Delete(path, recursive: true);
            for (var parent = Path.GetDirectoryName(path); parent is not null && IsInside(parent) && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent))
                Directory.Delete(parent);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"The files of model '{entry.Id}' in {path} cannot be removed: {exception.Message}", "model", exception);
        }
    }

    // A link on the way would make a path that reads as inside the cache end outside it.
    private bool IsInside(string path)
    {
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (string.Equals(folder, Location, StringComparison.Ordinal))
                return folder.Length < path.Length;
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return false;
        }

        return false;
    }
}
