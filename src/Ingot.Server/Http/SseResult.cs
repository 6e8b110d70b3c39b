using System.Text;
using Ingot.Server.Errors;
using Ingot.Service;

namespace Ingot.Server.Http;

/// <summary>
/// Streams events as <c>data: {json}</c> lines ended by <c>data: [DONE]</c>. Until the first event exists the response is
/// untouched, so that a refusal still gets its own status; a failure after that becomes an <c>error</c> event and no
/// <c>[DONE]</c>, so that nobody takes half an answer for a whole one. Events that are there at once are sent at once.
/// </summary>
/// <param name="events">The events.</param>
/// <param name="logger">Told of failures.</param>
/// <param name="nameOf">The name that an event has in the stream; null where events have none.</param>
/// <param name="form">A shorter way to write some of them; null for none.</param>
internal sealed partial class SseResult<T>(IAsyncEnumerable<T> events, ILogger logger, Func<T, string>? nameOf = null, IEventForm<T>? form = null) : IResult
{
    /// <summary>A client that reads slower than events come is waited for when it is this many bytes behind.</summary>
    private const int MostUnsent = 16 * 1024;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        CancellationToken gone = httpContext.RequestAborted;
        IngotServices services = httpContext.RequestServices.GetRequiredService<IngotServices>();
        OpenRequests requests = httpContext.RequestServices.GetRequiredService<OpenRequests>();
        using var writer = new EventWriter(httpContext.Response);
        using var keepAlive = new KeepAlive(writer, TimeSpan.FromSeconds(services.Options.KeepAliveSeconds), services.Time, gone);
        await using IAsyncEnumerator<T> source = events.GetAsyncEnumerator(gone);
        try
        {
            await PassOnAsync(source, writer, keepAlive, gone);
            writer.Write("data: [DONE]"u8);
            await writer.FlushAsync(gone);
        }
        catch (Exception exception) when (writer.HasBegun && (requests.End.IsCancellationRequested || !gone.IsCancellationRequested))
        {
            Exception reason = exception is OperationCanceledException && requests.End.IsCancellationRequested ? OpenRequests.Stopped : exception;
            LogStreamFailed(reason, httpContext.TraceIdentifier);

            // Where the end of the service is the reason, the client may still be there.
            writer.Write("event: error\ndata: "u8, WireErrors.Describe(reason).Body);
            await writer.FlushAsync(CancellationToken.None);
        }
    }

    private ReadOnlySpan<byte> PrefixOf(T told) => nameOf is null ? "data: "u8 : Encoding.UTF8.GetBytes($"event: {nameOf(told)}\ndata: ");

    /// <summary>Writes event after event. What was written before is sent as soon as the next one is not there yet.</summary>
    /// <remarks>One method that waits, not one for each event: a step of the model empties the caches, so that all that stands between it and the socket is fetched anew.</remarks>
    private async Task PassOnAsync(IAsyncEnumerator<T> source, EventWriter writer, KeepAlive keepAlive, CancellationToken gone)
    {
        while (true)
        {
            ValueTask<bool> next = source.MoveNextAsync();
            bool isThere = next.IsCompleted && writer.Unsent < MostUnsent;
            if (!isThere)
            {
                try
                {
                    if (writer.Unsent > 0)
                        await writer.FlushAsync(gone);
                    keepAlive.BeginWait();
                }
                catch
                {
                    // An enumerator must not be disposed while it is asked for its next element.
                    await ((Task)next.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw;
                }
            }

            try
            {
                if (!await next)
                    return;
            }
            finally
            {
                if (!isThere)
                    await keepAlive.EndWaitAsync();
            }

            if (form?.TryWrite(source.Current, writer) != true)
                writer.Write(PrefixOf(source.Current), source.Current);
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "The streamed answer of request {RequestId} failed after it had begun.")]
    private partial void LogStreamFailed(Exception exception, string requestId);
}
