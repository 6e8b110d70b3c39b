using System.IO.MemoryMappedFiles;
using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>A file of weights beside the graph, mapped into memory for reading until disposed.</summary>
internal sealed unsafe class ExternalDataFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private ExternalDataFile(MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, long length)
    {
        _file = file;
        _view = view;
        Start = start;
        Length = length;
    }

    /// <summary>The first byte; valid until disposed.</summary>
    public byte* Start { get; }

    /// <summary>Bytes in the file when it was mapped.</summary>
    public long Length { get; }

    /// <summary>Maps the whole file.</summary>
    /// <param name="path">A real path, already known to be inside the model folder.</param>
    /// <param name="subject">What names the file, to begin a message with.</param>
    /// <exception cref="IngotException">ModelInvalid: the file is missing, empty, not a plain file or cannot be read.</exception>
    public static ExternalDataFile Open(string path, string subject)
    {
        var name = Path.GetFileName(path);
        var info = new FileInfo(path);
        // Length comes from the directory entry: a pipe or a device (length 0) is turned away without opening it.
        if (!info.Exists)
            throw new IngotException(ErrorCode.ModelInvalid, $"{subject} needs the file '{name}', which does not exist.");
        if (info.Length == 0)
            throw new IngotException(ErrorCode.ModelInvalid, $"{subject} needs the file '{name}', which is empty or not a plain file.");

        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
            view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            // The view is rounded up to whole pages; bytes behind the file's end would fault.
            return new ExternalDataFile(file, view, start + view.PointerOffset, Math.Min(info.Length, (long)view.SafeMemoryMappedViewHandle.ByteLength));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            view?.Dispose();
            file?.Dispose();
            throw new IngotException(ErrorCode.ModelInvalid, $"{subject} needs the file '{name}', which cannot be read: {e.Message}", inner: e);
        }
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
