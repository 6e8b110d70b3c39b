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
internal sealed partial class SseResult<T>(IAsyncEnumerable<T> events, ILogger logger, Func<T, string>? nameOf = null) : IResult
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
            while (await NextAsync(source, writer, keepAlive, gone))
                writer.Write(PrefixOf(source.Current), source.Current);

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

    /// <summary>Gets the next event. What was written before is sent as soon as the next one is not there yet.</summary>
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<T> source, EventWriter writer, KeepAlive keepAlive, CancellationToken gone)
    {
        ValueTask<bool> next = source.MoveNextAsync();
        if (next.IsCompleted && writer.Unsent < MostUnsent)
            return await next;

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

        try
        {
            return await next;
        }
        finally
        {
            await keepAlive.EndWaitAsync();
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "The streamed answer of request {RequestId} failed after it had begun.")]
    private partial void LogStreamFailed(Exception exception, string requestId);
}
