using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Ingot.Errors;

namespace Ingot.Gateway.Translation;

/// <summary>Reads the data of server-sent events, one line each, as the API sends them; comments and other fields are left out.</summary>
internal static class EventReader
{
    private const int LongestLine = 4 << 20;

    /// <summary>Reads to the end. What is given is valid until the next.</summary>
    /// <param name="input">The events.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ProviderFailed"/> for a line beyond 4 MiB.</exception>
    public static async IAsyncEnumerable<ReadOnlySequence<byte>> ReadAsync(PipeReader input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TakeLine(ref rest, read.IsCompleted) is { } line)
            {
                if (DataOf(line) is { } data)
                    yield return data;
            }

            if (rest.Length > LongestLine)
                throw new IngotException(ErrorCode.ProviderFailed, "The provider sent an event that is too long.");
            input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
                yield break;
        }
    }

    private static ReadOnlySequence<byte>? TakeLine(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            ReadOnlySequence<byte> line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }

        if (!isLast || rest.IsEmpty)
            return null;
        ReadOnlySequence<byte> last = rest;
        rest = rest.Slice(rest.End);
        return last;
    }

    private static ReadOnlySequence<byte>? DataOf(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        if (!reader.IsNext("data:"u8, advancePast: true))
            return null;
        reader.IsNext((byte)' ', advancePast: true);
        ReadOnlySequence<byte> data = reader.UnreadSequence;
        bool hasReturn = data.Length > 0 && data.Slice(data.Length - 1).FirstSpan is [(byte)'\r'];
        return hasReturn ? data.Slice(0, data.Length - 1) : data;
    }
}
