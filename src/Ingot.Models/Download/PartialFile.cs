using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Ingot.Models.Download;

/// <summary>
/// A file on its way in: as large as it will be from the start, cut into segments that are there or not. Different
/// segments may be written at the same time.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly int _segmentBytes;
    private readonly bool[] _have;
    private SafeFileHandle? _handle;
    private long _bytes;
    private int _missing;

    /// <summary>A file of which nothing is known to be there.</summary>
    /// <param name="remote">What it is to be.</param>
    /// <param name="path">Where it grows.</param>
    /// <param name="segmentBytes">The segments' size; the last may be shorter.</param>
    internal PartialFile(RemoteFile remote, string path, int segmentBytes)
    {
        (Remote, _path, _segmentBytes) = (remote, path, segmentBytes);
        _have = new bool[checked((int)((remote.Size + segmentBytes - 1) / segmentBytes))];
        _missing = _have.Length;
    }

    /// <summary>What the file is to be.</summary>
    internal RemoteFile Remote { get; }

    /// <summary>Where redirects led to when the file was last asked for; null before, and when that address has expired.</summary>
    internal Uri? DirectUrl { get; set; }

    /// <summary>Bytes of the segments that are there.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The share of the file that is there, 0 to 1.</summary>
    internal double Fraction => Remote.Size == 0 ? 1 : (double)Bytes / Remote.Size;

    /// <summary>Whether every segment is there.</summary>
    internal bool IsComplete => Volatile.Read(ref _missing) == 0;

    /// <summary>Segments.</summary>
    internal int SegmentCount => _have.Length;

    /// <summary>Reads again what a journal says is there, and takes over what is.</summary>
    internal async Task RestoreAsync(ILookup<(string Content, int Segment), JournalRecord> records, CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
            return;
        if (new FileInfo(_path).Length != Remote.Size)
        {
            File.Delete(_path);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(_segmentBytes);
        try
        {
            using var file = File.OpenHandle(_path);
            for (var segment = 0; segment < _have.Length; segment++)
            {
                var known = records[(Remote.Hash.Hex, segment)];
                if (!known.Any())
                    continue;
                var length = LengthOf(segment);
                var found = await ReadSha256Async(file, buffer.AsMemory(0, length), StartOf(segment), cancellationToken);
                if (known.Any(record => record.Length == length && record.Sha256 == found))
                    SetHave(segment);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The next segments that are missing in one piece, from one on; null when there are none.</summary>
    internal (int First, int Count)? NextMissing(int from, int maxCount)
    {
        while (from < _have.Length && _have[from])
            from++;
        var end = from;
        while (end < _have.Length && end - from < maxCount && !_have[end])
            end++;
        return end > from ? (from, end - from) : null;
    }

    /// <summary>Whether a segment is there.</summary>
    internal bool Has(int segment) => _have[segment];

    /// <summary>The file offset a segment starts at.</summary>
    internal long StartOf(int segment) => (long)segment * _segmentBytes;

    /// <summary>A segment's bytes.</summary>
    internal int LengthOf(int segment) => (int)Math.Min(_segmentBytes, Remote.Size - StartOf(segment));

    /// <summary>Writes bytes at an offset.</summary>
    internal ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(Handle(), bytes, offset, cancellationToken);

    /// <summary>Says that all bytes of a segment were written.</summary>
    internal void SetHave(int segment)
    {
        _have[segment] = true;
        Interlocked.Add(ref _bytes, LengthOf(segment));
        Interlocked.Decrement(ref _missing);
    }

    /// <summary>Makes the file last what the disk forgets in a power cut, and lets go of it. An empty file comes into being here.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            if (_handle is null && File.Exists(_path))
                return;
            RandomAccess.FlushToDisk(Handle());
            _handle!.Dispose();
            _handle = null;
        }
    }

    /// <summary>Forgets everything: the content was not what it must be.</summary>
    internal void Discard()
    {
        Dispose();
        File.Delete(_path);
        Array.Clear(_have);
        Interlocked.Exchange(ref _bytes, 0);
        Volatile.Write(ref _missing, _have.Length);
        DirectUrl = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _handle?.Dispose();
            _handle = null;
        }
    }

    private SafeFileHandle Handle()
    {
        lock (_lock)
        {
            if (_handle is not null)
                return _handle;
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var handle = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
            if (RandomAccess.GetLength(handle) != Remote.Size)
                RandomAccess.SetLength(handle, Remote.Size);
            return _handle = handle;
        }
    }

    private static async Task<string?> ReadSha256Async(SafeFileHandle file, Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer[filled..], offset + filled, cancellationToken);
            if (read == 0)
                return null;
            filled += read;
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.Span));
    }
}
