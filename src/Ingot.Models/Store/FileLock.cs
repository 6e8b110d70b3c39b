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

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
