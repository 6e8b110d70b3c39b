namespace Ingot.Gateway.Forwarding;

/// <summary>
/// Lets an answer through as it is, and keeps its beginning and its end, where it says what was used; and counts its events, for an answer
/// that does not say it.
/// </summary>
/// <param name="inner">Where the answer goes.</param>
internal sealed class UsageTee(Stream inner) : WriteStream
{
    private const int Kept = 16 << 10;

    private readonly byte[] _head = new byte[Kept];
    private readonly byte[] _tail = new byte[Kept];
    private int _headLength;
    private long _length;
    private bool _atLineStart = true;

    /// <summary>How many events it had.</summary>
    public long Events { get; private set; }

    /// <summary>Prompt and answer together, in tokens, as the answer says; null when it says nothing.</summary>
    public long? Tokens()
    {
        int tail = (int)Math.Min(_length, Kept);
        byte[] end = new byte[tail];
        for (int i = 0; i < tail; i++)
            end[i] = _tail[(int)((_length - tail + i) % Kept)];
        return UsageText.TokensIn(end) ?? UsageText.TokensIn(_head.AsSpan(0, _headLength));
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Look(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        Look(buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    private void Look(ReadOnlySpan<byte> bytes)
    {
        int head = Math.Min(bytes.Length, Kept - _headLength);
        bytes[..head].CopyTo(_head.AsSpan(_headLength));
        _headLength += head;

        ReadOnlySpan<byte> last = bytes.Length > Kept ? bytes[^Kept..] : bytes;
        int at = (int)((_length + bytes.Length - last.Length) % Kept);
        int first = Math.Min(last.Length, Kept - at);
        last[..first].CopyTo(_tail.AsSpan(at));
        last[first..].CopyTo(_tail);
        _length += bytes.Length;
        CountEvents(bytes);
    }

    // Every event's data begins a line with this letter; an event's name does not.
    private void CountEvents(ReadOnlySpan<byte> bytes)
    {
        if (_atLineStart && bytes is [(byte)'d', ..])
            Events++;
        Events += bytes.Count("\nd"u8);
        if (bytes.Length > 0)
            _atLineStart = bytes[^1] == '\n';
    }
}
