using Ingot.Errors;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// A streamed answer that always ends with a word: where the replica goes away in its midst, an error event in the API's own form takes the
/// place of what is missing. Only whole events are let through, so that nobody gets half of one before it.
/// </summary>
/// <param name="answer">What the replica sends; owned from here on.</param>
/// <param name="isResponse">Whether the events are those of a response; those of chats and completions have another form.</param>
/// <param name="showsItsEnd">Whether an end that comes too early is told from the right one by the connection itself.</param>
/// <param name="breakOff">Told that the answer broke off, with the reason where there is one; says what the caller reads.</param>
internal sealed class EventStream(Stream answer, bool isResponse, bool showsItsEnd, Func<Exception?, IngotException> breakOff) : ReadStream
{
    private byte[] _held = [];
    private int _heldLength;
    private byte[]? _lastWords;
    private int _lastWordsRead;
    private Exception? _failure;
    private int _events;
    private bool _sawEnd;
    private bool _isOver;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            await WaitForMoreAsync(cancellationToken);
            return 0;
        }

        if (_lastWords is not null)
            return TellLastWords(buffer.Span);
        if (_isOver)
            return 0;
        int length = TakeHeld(buffer.Span);
        while (true)
        {
            // A reader with less room than an event has gets it in pieces.
            if (length == buffer.Length)
                return Note(buffer.Span);
            int read;
            try
            {
                if (_failure is not null)
                    throw _failure;
                read = await answer.ReadAsync(buffer[length..], cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                return BreakOff(buffer.Span, exception);
            }

            if (read == 0)
            {
                _isOver = true;
                Note(buffer.Span[..length]);
                return showsItsEnd || _sawEnd ? length : BreakOff(buffer.Span, null);
            }

            length += read;
            int whole = EndOfEvents(buffer.Span[..length]);
            if (whole > 0)
            {
                Hold(buffer.Span[whole..length]);
                return Note(buffer.Span[..whole]);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            answer.Dispose();
        base.Dispose(disposing);
    }

    // An empty buffer asks to be woken when there is something, so that its reader needs no room meanwhile.
    private async ValueTask WaitForMoreAsync(CancellationToken cancellationToken)
    {
        if (_lastWords is not null || _isOver || _failure is not null)
            return;
        try
        {
            _ = await answer.ReadAsync(Memory<byte>.Empty, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = exception;
        }
    }

    private int BreakOff(Span<byte> buffer, Exception? exception)
    {
        _isOver = true;
        if (_sawEnd)
            return 0;
        _lastWords = ErrorEvent.Write(breakOff(exception), isResponse ? _events : null);
        return TellLastWords(buffer);
    }

    private int TellLastWords(Span<byte> buffer)
    {
        ReadOnlySpan<byte> left = _lastWords.AsSpan(_lastWordsRead);
        int count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        _lastWordsRead += count;
        return count;
    }

    private int TakeHeld(Span<byte> buffer)
    {
        int count = Math.Min(_heldLength, buffer.Length);
        _held.AsSpan(0, count).CopyTo(buffer);
        _held.AsSpan(count, _heldLength - count).CopyTo(_held);
        _heldLength -= count;
        return count;
    }

    private void Hold(ReadOnlySpan<byte> part)
    {
        if (_held.Length < _heldLength + part.Length)
            Array.Resize(ref _held, _heldLength + part.Length);
        part.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += part.Length;
    }

    /// <summary>Looks at what is let through.</summary>
    private int Note(ReadOnlySpan<byte> events)
    {
        if (isResponse)
        {
            _events += events.Count("\ndata:"u8) + (events.StartsWith("data:"u8) ? 1 : 0);
            _sawEnd |= events.IndexOf("event: response.completed"u8) >= 0 || events.IndexOf("event: response.incomplete"u8) >= 0
                || events.IndexOf("event: response.failed"u8) >= 0;
        }

        _sawEnd |= events.IndexOf("data: [DONE]"u8) >= 0 || events.IndexOf("event: error"u8) >= 0;
        return events.Length;
    }

    /// <summary>Where the last event that is whole ends: an empty line follows it. 0 when there is none.</summary>
    private static int EndOfEvents(ReadOnlySpan<byte> text)
    {
        int plain = text.LastIndexOf("\n\n"u8);
        int network = text.LastIndexOf("\n\r\n"u8);
        return Math.Max(plain < 0 ? 0 : plain + 2, network < 0 ? 0 : network + 3);
    }
}
