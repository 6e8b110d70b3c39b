using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph;

/// <summary>Keeps the disk ahead of packing: a file is asked for in stretches, so far ahead of what has been read that the disk always has something to do.</summary>
/// <param name="tensors">What is read, in the order in which it is packed.</param>
internal sealed class SourceReading(IEnumerable<OnnxTensor> tensors)
{
    // Far enough ahead that the disk never waits, near enough that little of a model larger than memory is read in vain.
    private const long Ahead = 256L << 20;

    // So much takes the asking thread a millisecond where nothing of it is in memory, for it is who finds the memory.
    private const long Stretch = 8L << 20;

    private readonly List<(WeightFile File, long Offset, long Length)> _coming = Joined(tensors);
    private int _next;
    private long _within;
    private long _bytesExpected;
    private long _bytesRead;
    private int _asking;

    /// <summary>Asks for the next stretch, unless there is enough to come or another thread is asking.</summary>
    /// <param name="bytesRead">Bytes that have been read since the last time, whoever read them.</param>
    public void Expect(long bytesRead)
    {
        var read = Interlocked.Add(ref _bytesRead, bytesRead);
        if (Volatile.Read(ref _bytesExpected) >= read + Ahead || Interlocked.Exchange(ref _asking, 1) == 1)
            return;
        if (_next < _coming.Count)
        {
            var (file, offset, length) = _coming[_next];
            var some = Math.Min(Stretch, length - _within);
            file.Expect(offset + _within, some);
            _within += some;
            Volatile.Write(ref _bytesExpected, _bytesExpected + some);
            if (_within == length)
                (_next, _within) = (_next + 1, 0);
        }

        Volatile.Write(ref _asking, 0);
    }

    // Neighbours as one, with the little that may lie between them: a disk is slower with many small pieces.
    private static List<(WeightFile File, long Offset, long Length)> Joined(IEnumerable<OnnxTensor> tensors)
    {
        const long MostBetween = 64 * 1024;
        List<(WeightFile File, long Offset, long Length)> joined = [];
        foreach (var tensor in tensors)
        {
            if (tensor.File is not { } file || tensor.ByteLength == 0)
                continue;
            if (joined.Count > 0 && joined[^1] is var last && last.File == file && tensor.Offset - (last.Offset + last.Length) is >= 0 and <= MostBetween)
                joined[^1] = last with { Length = tensor.Offset + tensor.ByteLength - last.Offset };
            else
                joined.Add((file, tensor.Offset, tensor.ByteLength));
        }

        return joined;
    }
}
