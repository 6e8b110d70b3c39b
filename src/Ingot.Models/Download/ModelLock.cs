using Ingot.Errors;
using Ingot.Models.Store;

namespace Ingot.Models.Download;

/// <summary>The lock of the one who works on a model's files, and what others do meanwhile.</summary>
internal static class ModelLock
{
    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="options">How often to look, and the clock.</param>
    /// <param name="whileWaiting">Called before each wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<FileLock> TakeAsync(string path, DownloadOptions options, Action whileWaiting, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (FileLock.TryTake(path) is { } taken)
                return taken;
            whileWaiting();
            await Task.Delay(options.LockPollTime, options.Time, cancellationToken);
        }
    }

    /// <summary>Takes the lock or refuses.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when somebody holds it.</exception>
    internal static FileLock Take(string path, string model) => FileLock.TryTake(path)
        ?? throw new IngotException(ErrorCode.Conflict, $"Model '{model}' is being downloaded or changed by another command just now.", "model");
}
