using System.Buffers;
using Ingot.Gateway.Forwarding;

namespace Ingot.Gateway.Responses;

/// <summary>
/// Lets a response through as it is, and tells its id as soon as it is there: before the client has it, so that whatever the client asks
/// of that id later finds it remembered.
/// </summary>
/// <param name="inner">Where the response goes.</param>
/// <param name="found">Told the id, once.</param>
internal sealed class ResponseIdTee(Stream inner, Func<string, Task> found) : WriteStream
{
    /// <summary>What has told no id until here will tell none.</summary>
    private const int MostLooked = 256 << 10;

    private readonly ArrayBufferWriter<byte> _seen = new();
    private bool _isThrough;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isThrough)
            await LookAsync(buffer);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    private async ValueTask LookAsync(ReadOnlyMemory<byte> buffer)
    {
        _seen.Write(buffer.Span);
        string? id = ResponseIdReader.Find(_seen.WrittenSpan);
        _isThrough = id is not null || _seen.WrittenCount >= MostLooked;
        if (_isThrough)
            _seen.Clear();
        if (id is not null)
            await found(id);
    }
}
