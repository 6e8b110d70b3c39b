using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>Copies a model folder of this machine into the cache, whole or not at all.</summary>
internal static class FolderImport
{
    /// <summary>Copies a folder.</summary>
    /// <param name="cache">The cache folder.</param>
    /// <param name="source">A model folder.</param>
    /// <param name="entry">How the catalog is to describe it.</param>
    /// <param name="options">Room on the disk.</param>
    /// <param name="listener">Told the progress.</param>
    /// <param name="cancellationToken">Gives up; the next attempt begins anew.</param>
    /// <returns>The folder in the cache.</returns>
    internal static async Task<string> RunAsync(
        string cache, string source, ModelEntry entry, DownloadOptions options, IProgress<DownloadProgress>? listener, CancellationToken cancellationToken)
    {
        var place = ModelPlace.Of(cache, entry);
        var names = Names(source);
        var progress = new ProgressMeter(listener) { TotalBytes = names.Sum(name => new FileInfo(name.In(source)).Length) };
        try
        {
            using var held = ModelLock.Take(place.LockFile, entry.Id);
            if (Directory.Exists(place.Final))
                throw new IngotException(ErrorCode.Conflict, $"There is a model '{entry.Id}' in the cache already, in {place.Final}.", "model");
            if (Directory.Exists(place.Staging))
                Directory.Delete(place.Staging, recursive: true);
            Directory.CreateDirectory(place.Content);
            DiskSpace.Require(progress.TotalBytes, place.Content, options.FreeBytes);
            foreach (var name in names)
                await CopyAsync(name, source, place.Content, progress, cancellationToken);
            new FolderManifest(entry, null, await FolderManifest.HashAsync(place.Content, cancellationToken)).Write(place.Content);
            Directory.CreateDirectory(Path.GetDirectoryName(place.Final)!);
            Directory.Move(place.Content, place.Final);
            Directory.Delete(place.Staging, recursive: true);
        }
        catch (IOException exception) when (DiskSpace.IsFull(exception))
        {
            throw new IngotException(ErrorCode.InsufficientStorage, $"The disk of {cache} is full.", "model", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"{source} cannot be copied to {place.Final}: {exception.Message}", "model", exception);
        }

        progress.Complete();
        return place.Final;
    }

    private static List<SafePath> Names(string source)
    {
        var links = new DirectoryInfo(source).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).FirstOrDefault(item => item.LinkTarget is not null);
        if (links is not null)
            throw new IngotException(ErrorCode.InvalidValue, $"{links.FullName} is a link; only folders with all their files inside are imported.", "model");
        List<SafePath> names =
        [
            .. Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(source, path).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(name => name is not (FolderManifest.FileName or FolderManifest.DeclarationFile))
                .Order(StringComparer.Ordinal)
                .Select(name => SafePath.Parse(name, "The file name")),
        ];
        SafePath.CheckDistinct(names);
        return names;
    }

    private static async Task CopyAsync(SafePath name, string source, string target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        var path = name.In(target);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var from = new FileStream(name.In(source), FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        var buffer = new byte[1 << 20];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Add(read, name.Text, from.Length == 0 ? 1 : (double)from.Position / from.Length);
        }

        to.Flush(flushToDisk: true);
    }
}
