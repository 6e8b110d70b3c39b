using System.Buffers;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// A replica's answer, of which the beginning was awaited before anybody was told of it. A replica that is silent for too long is a
/// <see cref="TimeoutException"/>.
/// </summary>
/// <param name="body">What the replica sends; owned from here on.</param>
/// <param name="patience">How long it is waited for; owned from here on.</param>
internal sealed class AnswerStream(Stream body, Patience patience) : ReadStream
{
    private const int LongestBeginning = 4 << 10;

    /// <summary>What is longer than this is an answer that has begun before it is there as a whole.</summary>
    private const int LongestWhole = 64 << 10;

    private byte[]? _first;
    private int _read;
    private int _length;
    private bool _isOver;

    /// <summary>Waits for the first bytes, which are then read again as such.</summary>
    /// <param name="whole">Whether to wait for all there is, within reason: where nobody can do anything with a part of it.</param>
    public async ValueTask<ReadOnlyMemory<byte>> BeginAsync(bool whole)
    {
        byte[] first = _first = ArrayPool<byte>.Shared.Rent(whole ? LongestWhole : LongestBeginning);
        do
        {
            int read = await patience.WaitAsync(body.ReadAsync(first.AsMemory(_length), patience.Token));
            _length += read;
            _isOver = read == 0;
        }
        while (whole && !_isOver && _length < first.Length);
        return first.AsMemory(0, _length);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read == _length)
        {
            ReturnFirst();
            if (_isOver)
                return ValueTask.FromResult(0);
            return patience.WaitAsync(body.ReadAsync(buffer, patience.Token));
        }

        int count = Math.Min(buffer.Length, _length - _read);
        _first.AsSpan(_read, count).CopyTo(buffer.Span);
        _read += count;
        return ValueTask.FromResult(count);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ReturnFirst();
            body.Dispose();
            patience.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ReturnFirst()
    {
        if (_first is { } first)
            ArrayPool<byte>.Shared.Return(first);
        (_first, _read, _length) = (null, 0, 0);
    }
}
