using Ingot.Errors;
using Microsoft.Win32.SafeHandles;

namespace Ingot.Compute.Memory;

/// <summary>
/// A file of weights beside the graph, read by calls from any thread until disposed. Not mapped: a file that is shortened, or whose disk fails, while it is read
/// is a refusal, where a mapping's missing page would end the process.
/// </summary>
internal sealed unsafe class WeightFile : IDisposable
{
    // What begins a file is wanted first, and the disk may fetch it while the graph is being understood.
    private const long Beginning = 16L << 20;

    // What one call is asked for at the most: a length that every system takes.
    private const long MostAtOnce = 1L << 30;

    private readonly SafeFileHandle _handle;
    private readonly string _name;

    private WeightFile(SafeFileHandle handle, string name)
    {
        _handle = handle;
        _name = name;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Bytes in the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">A real path, already known to be inside the model folder.</param>
    /// <param name="subject">What names the file, to begin a message with.</param>
    /// <exception cref="IngotException">ModelInvalid: the file is missing, empty, not a plain file or cannot be read.</exception>
    public static WeightFile Open(string path, string subject)
    {
        var name = Path.GetFileName(path);
        var info = new FileInfo(path);
        // Length comes from the directory entry: a pipe or a device (length 0) is turned away without opening it.
        if (!info.Exists)
            throw new IngotException(ErrorCode.ModelInvalid, $"{subject} needs the file '{name}', which does not exist.");
        if (info.Length == 0)
            throw new IngotException(ErrorCode.ModelInvalid, $"{subject} needs the file '{name}', which is empty or not a plain file.");

        try
        {
            var file = new WeightFile(File.OpenHandle(path), name);
            file.Expect(0, Beginning);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{subject} needs the file '{name}', which cannot be read: {e.Message}", inner: e);
        }
    }

    /// <summary>Tells the system of bytes that will be read soon, so that the disk works while the processors do.</summary>
    public void Expect(long offset, long length)
    {
        var end = Math.Min(offset + length, Length);
        if (offset < end)
            ComingBytes.Expect(_handle, offset, end - offset);
    }

    /// <summary>Reads all of some bytes.</summary>
    /// <param name="offset">The first one's place in the file.</param>
    /// <param name="destination">Room for them.</param>
    /// <param name="length">How many, 0 or more.</param>
    /// <exception cref="IngotException">ModelInvalid: the file ends before, or cannot be read.</exception>
    public void Read(long offset, byte* destination, long length)
    {
        for (long done = 0; done < length;)
        {
            var some = Read(new Span<byte>(destination + done, (int)Math.Min(length - done, MostAtOnce)), offset + done);
            if (some == 0)
            {
                throw new IngotException(ErrorCode.ModelInvalid,
                    $"The file '{_name}' ends at byte {offset + done} and had {Length} when it was opened: it was shortened while it was read.");
            }

            done += some;
        }
    }

    public void Dispose() => _handle.Dispose();

    private int Read(Span<byte> destination, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, destination, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"The file '{_name}' cannot be read at byte {offset}: {e.Message}", inner: e);
        }
    }
}
