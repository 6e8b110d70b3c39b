using System.Security.Cryptography;

namespace Ingot.Models.Download;

/// <summary>
/// Neighbouring segments of a file that one request asks for, and how far they have come: bytes are taken as they arrive,
/// and after a broken connection the next request goes on where the last one ended.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="first">The first segment.</param>
/// <param name="count">How many segments.</param>
/// <param name="isOpening">Whether this is the first request for the file: how the server answers it decides how the rest is asked for.</param>
/// <param name="journal">Told of each segment that is whole.</param>
internal sealed class SegmentRun(PartialFile file, int first, int count, bool isOpening, Journal journal) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _segment = first;
    private int _end = first + count;
    private int _inSegment;

    /// <summary>The file.</summary>
    internal PartialFile File => file;

    /// <summary>Whether nobody has asked for the file before.</summary>
    internal bool IsOpening { get; set; } = isOpening;

    /// <summary>The first segment after the run.</summary>
    internal int EndSegment => _end;

    /// <summary>The file offset of the next byte it wants.</summary>
    internal long Position => file.StartOf(_segment) + _inSegment;

    /// <summary>The file offset after its last byte.</summary>
    internal long End => _end == file.SegmentCount ? file.Remote.Size : file.StartOf(_end);

    /// <summary>Whether all of it is there.</summary>
    internal bool IsDone => _segment == _end;

    /// <summary>Takes the file to its end: the server sends it whole or not at all.</summary>
    internal void ExtendToEnd() => _end = file.SegmentCount;

    /// <summary>Takes bytes that belong at <see cref="Position"/>, as many as it wants.</summary>
    /// <returns>How many bytes were new.</returns>
    internal async Task<int> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var isNew = 0;
        while (bytes.Length > 0 && !IsDone)
        {
            var length = file.LengthOf(_segment);
            var part = bytes[..Math.Min(bytes.Length, length - _inSegment)];
            if (!file.Has(_segment))
            {
                await file.WriteAsync(part, Position, cancellationToken);
                _hash.AppendData(part.Span);
                isNew += part.Length;
            }

            bytes = bytes[part.Length..];
            _inSegment += part.Length;
            if (_inSegment == length)
                EndSegmentAt(length);
        }

        return isNew;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void EndSegmentAt(int length)
    {
        if (!file.Has(_segment))
        {
            var digest = Convert.ToHexStringLower(_hash.GetHashAndReset());
            file.SetHave(_segment);
            journal.Add(new JournalRecord(file.Remote.Hash.Hex, _segment, length, digest));
        }

        _segment++;
        _inSegment = 0;
    }
}
