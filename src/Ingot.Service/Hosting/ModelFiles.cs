using Ingot.Engine.ModelFolders;
using Ingot.Errors;

namespace Ingot.Service.Hosting;

/// <summary>What a model folder's files tell without being read: what the model will need, and whether they have changed.</summary>
internal static class ModelFiles
{
    private const int BlockTokens = 16;

    // Beyond this many a folder is no model's; what changes there is not worth the time to look.
    private const int MostFiles = 4096;

    private static readonly EnumerationOptions EveryFile = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8, AttributesToSkip = FileAttributes.None };

    /// <summary>Tells what a model will need, from its configuration and the sizes of its files.</summary>
    /// <param name="path">The model folder.</param>
    /// <param name="options">Caches and contexts wanted.</param>
    /// <exception cref="IngotException">As <see cref="ModelFolder.Open"/>.</exception>
    internal static ModelNeed Estimate(string path, IngotOptions options)
    {
        var folder = ModelFolder.Open(path);
        var need = new ModelNeed(folder.WeightFileBytes);
        return folder.Config.CacheBytesPerToken(options.KvCache) is > 0 and var bytes
            ? need with
            {
                CacheBytesPerToken = bytes,
                ContextLength = WholeBlocks(Math.Min(folder.Config.ContextLength, options.ContextLengthLimit ?? int.MaxValue)),
                ContextCount = folder.Config.Pooling is null ? options.MaxSequences : 1,
                WantedCacheBytes = options.KvCacheMegabytes is { } megabytes ? (long)megabytes << 20 : null,
            }
            : need;
    }

    /// <summary>A number that is another one when a file of the folder was added, removed or written. 0 when there is no folder.</summary>
    /// <param name="path">The model folder; null when there is none.</param>
    internal static int Stamp(string? path)
    {
        if (path is null)
            return 0;
        var stamp = new HashCode();
        stamp.Add(path);
        try
        {
            foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", EveryFile).Take(MostFiles).OrderBy(file => file.FullName, StringComparer.Ordinal))
                stamp.Add((file.FullName, file.Length, file.LastWriteTimeUtc));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }

        return stamp.ToHashCode();
    }

    // The cache is claimed in blocks of tokens, the last of a context included.
    private static int WholeBlocks(int tokens) => (int)Math.Min((tokens + (long)BlockTokens - 1) / BlockTokens * BlockTokens, int.MaxValue);
}
