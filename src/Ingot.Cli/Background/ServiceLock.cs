using Ingot.Errors;

namespace Ingot.Cli.Background;

/// <summary>Held by the one service of a user. The system takes it back from a process that ends, however it ends.</summary>
internal sealed class ServiceLock : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private readonly FileStream _file;

    private ServiceLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <returns>Null when another process has it.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when its file cannot be made.</exception>
    public static ServiceLock? TryTake(ServiceFiles files)
    {
        try
        {
            Directory.CreateDirectory(files.Home);
            return new ServiceLock(new FileStream(files.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException exception) when (exception.HResult is SharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
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
        using ServiceLock? free = TryTake(files);
        return free is null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
