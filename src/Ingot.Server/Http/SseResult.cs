using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingot.Protocol;
using Ingot.Protocol.Errors;
using Ingot.Server.Errors;

namespace Ingot.Server.Http;

/// <summary>
/// Streams events as <c>data: {json}</c> lines ended by <c>data: [DONE]</c>. Until the first event exists the response is
/// untouched, so that a refusal still gets its own status; a failure after that becomes an error event and no
/// <c>[DONE]</c>, so that nobody takes half an answer for a whole one.
/// </summary>
internal sealed partial class SseResult<T>(IAsyncEnumerable<T> events, ILogger logger) : IResult
{
    private static readonly byte[] Prefix = "data: "u8.ToArray();
    private static readonly byte[] Separator = "\n\n"u8.ToArray();
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        CancellationToken gone = httpContext.RequestAborted;
        HttpResponse response = httpContext.Response;
        await using IAsyncEnumerator<T> source = events.GetAsyncEnumerator(gone);

        bool more = await source.MoveNextAsync();
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        try
        {
            while (more)
            {
                await WriteAsync(response, source.Current, WireJson.For<T>(), gone);
                more = await source.MoveNextAsync();
            }

            await response.Body.WriteAsync(Done, gone);
        }
        catch (Exception exception) when (!gone.IsCancellationRequested)
        {
            LogStreamFailed(exception);
            await WriteAsync(response, WireErrors.Describe(exception).Body, WireJson.For<ErrorBody>(), gone);
        }
    }

    private static async Task WriteAsync<TEvent>(
        HttpResponse response, TEvent value, JsonTypeInfo<TEvent> typeInfo, CancellationToken cancellationToken)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, typeInfo);
        byte[] frame = [.. Prefix, .. json, .. Separator];
        await response.Body.WriteAsync(frame, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "A streamed answer failed after it had begun.")]
    private partial void LogStreamFailed(Exception exception);
}
