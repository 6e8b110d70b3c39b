using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;

namespace Ingot.Models.Store;

/// <summary>Takes models out of the cache: one rename, after which nobody sees the model any more, and then the deleting.</summary>
/// <param name="cache">The cache folder, absolute.</param>
internal sealed class FolderRemoval(string cache)
{
    private const string TrashPrefix = ".removed-";

    /// <summary>Removes a model.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="folder">Its folder; null when it has no finished one.</param>
    /// <exception cref="IngotException">As <see cref="ModelStore.Remove"/>.</exception>
    internal void Run(ModelEntry entry, string? folder)
    {
        if (folder is not null && !IsInside(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))))
        {
            throw new IngotException(ErrorCode.Conflict,
                $"The files of model '{entry.Id}' are in {folder}, outside the model cache {cache}; only files in the cache are removed.", "model");
        }

        var place = ModelPlace.OfOrNull(cache, entry);
        var isUnfinished = place is not null && Directory.Exists(place.Staging);
        if (folder is null && !isUnfinished)
            throw new IngotException(ErrorCode.ModelNotFound, $"The files of model '{entry.Id}' are not on this machine.", "model");
        try
        {
            if (folder is not null)
                RemoveFinished(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            if (isUnfinished)
                RemoveUnfinished(place!, entry.Id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"The files of model '{entry.Id}' in {folder ?? place!.Staging} cannot be removed: {exception.Message}", "model", exception);
        }
    }

    private void RemoveFinished(string path)
    {
        var trash = Path.Combine(cache, $"{TrashPrefix}{Guid.NewGuid():N}");
        Directory.Move(path, trash);
        Directory.Delete(trash, recursive: true);
        SweepTrash();
        for (var parent = Path.GetDirectoryName(path); parent is not null && IsInside(parent) && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent))
            Directory.Delete(parent);
    }

    // What a removal that was killed has left; another one may be busy with it just now.
    private void SweepTrash()
    {
        try
        {
            foreach (var leftover in Directory.GetDirectories(cache, TrashPrefix + "*"))
                Directory.Delete(leftover, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    private static void RemoveUnfinished(ModelPlace place, string model)
    {
        using var held = ModelLock.Take(place.LockFile, model);
        if (Directory.Exists(place.Staging))
            Directory.Delete(place.Staging, recursive: true);
    }

    // A link on the way would make a path that reads as inside the cache end outside it.
    private bool IsInside(string path)
    {
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (string.Equals(folder, cache, StringComparison.Ordinal))
                return folder.Length < path.Length;
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return false;
        }

        return false;
    }
}
