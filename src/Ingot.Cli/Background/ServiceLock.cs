using Ingot.Errors;
using Ingot.Models.Store;

namespace Ingot.Cli.Background;

/// <summary>The lock of the one service of a user.</summary>
internal static class ServiceLock
{
    /// <summary>Takes the lock.</summary>
    /// <returns>Null when another process has it.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when its file cannot be made.</exception>
    public static FileLock? TryTake(ServiceFiles files)
    {
        try
        {
            return FileLock.TryTake(files.Lock);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"{files.Lock} cannot be written: {exception.Message}", null, exception);
        }
    }

    /// <summary>Whether some process has it.</summary>
    public static bool IsHeld(ServiceFiles files)
    {
        if (!File.Exists(files.Lock))
            return false;
        using FileLock? free = TryTake(files);
        return free is null;
    }
}
