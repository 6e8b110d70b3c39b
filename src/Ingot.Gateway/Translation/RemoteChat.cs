using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Gateway.Forwarding;
using Ingot.Gateway.Replicas;
using Ingot.Service.Chat;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Translation;

/// <summary>
/// Answers turns by streamed chat completions of a provider, for what the service makes of answers itself: responses, kept or made
/// in the background, of providers that have no such thing. Requests go the way that all go, with an answer of its own to be filled.
/// </summary>
internal sealed class RemoteChat(ProviderBook book, ReplicaForwarder forwarder) : IChatSource
{
    private const string Path = "/chat/completions";
    private const int MostErrorBytes = 64 << 10;

    /// <inheritdoc/>
    public async Task<IChatRun?> TryStartAsync(ChatTurn turn, CancellationToken cancellationToken)
    {
        if (book.Find(turn.Model) is not { } provided)
            return null;
        ReadOnlyMemory<byte> body = TurnWriter.Write(turn, provided.Model.Name);
        RequestFields fields = RequestFields.Read(body.Span)!;
        var request = new ForwardedRequest(provided.Provider, provided.Model.Name, Path, body) { IsStream = true, Prompt = body[fields.Prompt] };

        var answer = new Pipe();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var context = new DefaultHttpContext { RequestAborted = stop.Token };
        context.Request.Method = HttpMethods.Post;
        context.Request.Headers.Accept = "text/event-stream";
        context.Response.Body = answer.Writer.AsStream(leaveOpen: true);
        Task forwarding = FillAsync(context, request, answer.Writer, stop.Token);
        var run = new RemoteRun(provided, ToSampling(turn.Sampling), answer.Reader, forwarding, stop);
        try
        {
            // Something has come, or nothing will: from here on the status is known.
            ReadResult first = await answer.Reader.ReadAsync(stop.Token);
            if (context.Response.StatusCode != StatusCodes.Status200OK)
                throw await ToRefusalAsync(provided.Provider, context.Response.StatusCode, answer.Reader, first, stop.Token);
            answer.Reader.AdvanceTo(first.Buffer.Start);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    private async Task FillAsync(HttpContext context, ForwardedRequest request, PipeWriter writer, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await forwarder.ForwardAsync(context, request, cancellationToken);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        await writer.CompleteAsync(failure);
    }

    private static async Task<IngotException> ToRefusalAsync(ModelProvider provider, int status, PipeReader reader, ReadResult first, CancellationToken cancellationToken)
    {
        ReadResult all = first;
        while (!all.IsCompleted && all.Buffer.Length < MostErrorBytes)
        {
            reader.AdvanceTo(all.Buffer.Start, all.Buffer.End);
            all = await reader.ReadAsync(cancellationToken);
        }

        (string? message, string? code) = ReadError(all.Buffer);
        ErrorCode meaning = status switch
        {
            _ when code == "context_length_exceeded" => ErrorCode.ContextLengthExceeded,
            StatusCodes.Status404NotFound => ErrorCode.ModelNotFound,
            StatusCodes.Status413PayloadTooLarge => ErrorCode.RequestTooLarge,
            StatusCodes.Status429TooManyRequests => ErrorCode.QueueFull,
            StatusCodes.Status503ServiceUnavailable => ErrorCode.NotReady,
            >= 400 and < 500 => ErrorCode.InvalidValue,
            _ => ErrorCode.ProviderFailed,
        };
        return new IngotException(meaning, message ?? $"Provider '{provider.Name}' answered {status} and did not say why.");
    }

    private static (string? Message, string? Code) ReadError(ReadOnlySequence<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement error = document.RootElement.TryGetProperty("error", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object ? inner : document.RootElement;
            return (Text(error, "message"), Text(error, "code"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static SamplingOptions ToSampling(SamplingSettings settings) => new()
    {
        Temperature = settings.Temperature ?? 1,
        TopP = settings.TopP ?? 1,
        PresencePenalty = settings.PresencePenalty ?? 0,
        FrequencyPenalty = settings.FrequencyPenalty ?? 0,
    };
}
