using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingot.Protocol;
using Ingot.Protocol.Errors;
using Ingot.Server.Errors;
using Ingot.Service;

namespace Ingot.Server.Http;

/// <summary>
/// Streams events as <c>data: {json}</c> lines ended by <c>data: [DONE]</c>. Until the first event exists the response is
/// untouched, so that a refusal still gets its own status; a failure after that becomes an <c>error</c> event and no
/// <c>[DONE]</c>, so that nobody takes half an answer for a whole one. While nothing comes for long, as when a long prompt is
/// read, comments show that the answer is still being made.
/// </summary>
internal sealed partial class SseResult<T>(IAsyncEnumerable<T> events, ILogger logger) : IResult
{
    private static readonly byte[] Prefix = "data: "u8.ToArray();
    private static readonly byte[] ErrorPrefix = "event: error\ndata: "u8.ToArray();
    private static readonly byte[] Separator = "\n\n"u8.ToArray();
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();
    private static readonly byte[] KeepAlive = ": still working\n\n"u8.ToArray();

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        CancellationToken gone = httpContext.RequestAborted;
        HttpResponse response = httpContext.Response;
        IngotServices services = httpContext.RequestServices.GetRequiredService<IngotServices>();
        OpenRequests requests = httpContext.RequestServices.GetRequiredService<OpenRequests>();
        await using IAsyncEnumerator<T> source = events.GetAsyncEnumerator(gone);

        Task<bool> next = source.MoveNextAsync().AsTask();
        try
        {
            while (await WaitAsync(next, response, services, gone))
            {
                await WriteAsync(response, Prefix, source.Current, WireJson.For<T>(), gone);
                next = source.MoveNextAsync().AsTask();
            }

            Begin(response);
            await response.Body.WriteAsync(Done, gone);
        }
        catch (Exception exception) when (response.HasStarted && (requests.End.IsCancellationRequested || !gone.IsCancellationRequested))
        {
            Exception reason = exception is OperationCanceledException ? OpenRequests.Stopped : exception;
            LogStreamFailed(reason);

            // Where the end of the service is the reason, the client may still be there.
            await WriteAsync(response, ErrorPrefix, WireErrors.Describe(reason).Body, WireJson.For<ErrorBody>(), CancellationToken.None);
        }
        finally
        {
            // An enumerator must not be disposed while it is asked for its next element.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the next event, and breaks long silence meanwhile.</summary>
    private static async Task<bool> WaitAsync(Task<bool> next, HttpResponse response, IngotServices services, CancellationToken gone)
    {
        while (!next.IsCompleted)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(gone);
            Task silence = Task.Delay(TimeSpan.FromSeconds(services.Options.KeepAliveSeconds), services.Time, enough.Token);
            Task first = await Task.WhenAny(next, silence);
            await enough.CancelAsync();
            if (first == silence && !gone.IsCancellationRequested)
                await WriteAsync(response, KeepAlive, gone);
            else
                break;
        }

        return await next;
    }

    private static Task WriteAsync<TEvent>(
        HttpResponse response, byte[] prefix, TEvent value, JsonTypeInfo<TEvent> typeInfo, CancellationToken cancellationToken) =>
        WriteAsync(response, [.. prefix, .. JsonSerializer.SerializeToUtf8Bytes(value, typeInfo), .. Separator], cancellationToken);

    private static async Task WriteAsync(HttpResponse response, byte[] frame, CancellationToken cancellationToken)
    {
        Begin(response);
        await response.Body.WriteAsync(frame, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static void Begin(HttpResponse response)
    {
        if (response.HasStarted)
            return;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "A streamed answer failed after it had begun.")]
    private partial void LogStreamFailed(Exception exception);
}
