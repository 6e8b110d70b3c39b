namespace Ingot.Models.Store;

/// <summary>
/// A lock that is a file: one holds it, among all processes and within one. The system takes it back from a process that
/// ends, however it ends. Disposing it gives it back; the file stays.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <param name="path">The lock's file; its folder is made.</param>
    /// <returns>Null when somebody holds it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static FileLock? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException exception) when (exception.HResult is SharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
    }

    /// <summary>Takes the lock, waiting for who holds it. Who waits longest is not served first.</summary>
    /// <param name="path">The lock's file; its folder is made.</param>
    /// <param name="patience">How long to wait, 0 or more.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when somebody held it all the time.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static async Task<FileLock?> TakeAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(path) is { } taken)
                return taken;
            if (time.GetElapsedTime(start) >= patience)
                return null;
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
