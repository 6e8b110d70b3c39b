using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>
/// Held by the one who works on a model's files, among all processes and within one. The system takes it back from a
/// process that ends, however it ends.
/// </summary>
internal sealed class ModelLock : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private readonly FileStream _file;

    private ModelLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <param name="path">The lock's file; its folder is made.</param>
    /// <returns>Null when somebody holds it.</returns>
    internal static ModelLock? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new ModelLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException exception) when (exception.HResult is SharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
    }

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="options">How often to look, and the clock.</param>
    /// <param name="whileWaiting">Called before each wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<ModelLock> TakeAsync(string path, DownloadOptions options, Action whileWaiting, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            whileWaiting();
            await Task.Delay(options.LockPollTime, options.Time, cancellationToken);
        }
    }

    /// <summary>As <see cref="TryTake"/>, with a refusal.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when somebody holds it.</exception>
    internal static ModelLock Take(string path, string model) => TryTake(path)
        ?? throw new IngotException(ErrorCode.Conflict, $"Model '{model}' is being downloaded or changed by another command just now.", "model");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
