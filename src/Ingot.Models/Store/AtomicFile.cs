using System.Buffers;

namespace Ingot.Models.Store;

/// <summary>
/// Writes a file whole or not at all: a reader, and whoever looks after this process or the machine has died half-way, finds the old text or
/// the new one. Who writes at the same time is not held off; <see cref="FileLock"/> does that, where the new text is made of the old one.
/// </summary>
public static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MarkLetters = 32;

    /// <summary>From when on a temporary file is what a killed process has left: no writing takes nearly as long.</summary>
    private static readonly TimeSpan Leftover = TimeSpan.FromHours(1);

    private static readonly SearchValues<char> MarkDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes the file. What is in it is on the disk when the call ends, and in place of the old one at once.</summary>
    /// <param name="path">The file; its folder is made. A link stays a link: what it leads to is what changes.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="readers">Who may read it.</param>
    /// <exception cref="IOException">It cannot be written, as on a full disk: the old file is what it was, and nothing else is left.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; as above.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content, FileReaders readers) =>
        Write(path, stream => stream.Write(content.Span), readers);

    /// <summary>As above, of bytes that are made while they are written.</summary>
    internal static void Write(string path, Action<FileStream> fill, FileReaders readers)
    {
        path = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream stream = Open(temporary, ModeOf(path, readers)))
            {
                fill(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        Sweep(path);
    }

    // Null leaves it to the umask.
    private static UnixFileMode? ModeOf(string path, FileReaders readers)
    {
        if (OperatingSystem.IsWindows() || readers == FileReaders.Anybody)
            return null;
        return readers == FileReaders.AsBefore && File.Exists(path) ? File.GetUnixFileMode(path) : OwnerOnly;
    }

    private static FileStream Open(string temporary, UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is null || OperatingSystem.IsWindows())
            return new FileStream(temporary, options);
        options.UnixCreateMode = OwnerOnly;
        var stream = new FileStream(temporary, options);

        // Given afterwards: at its making the umask would take some of it away.
        if (mode != OwnerOnly)
            File.SetUnixFileMode(stream.SafeFileHandle, mode.Value);
        return stream;
    }

    private static void Sweep(string path)
    {
        try
        {
            string name = Path.GetFileName(path);
            foreach (string other in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{name}.*"))
            {
                if (IsTemporary(Path.GetFileName(other.AsSpan()), name) && File.GetLastWriteTimeUtc(other) < DateTime.UtcNow - Leftover)
                    File.Delete(other);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next writing tries again.
            return;
        }
    }

    private static bool IsTemporary(ReadOnlySpan<char> other, string name) =>
        other.Length == name.Length + 1 + MarkLetters && !other[^MarkLetters..].ContainsAnyExcept(MarkDigits);

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What made the writing fail is what is to be told.
            return;
        }
    }
}
