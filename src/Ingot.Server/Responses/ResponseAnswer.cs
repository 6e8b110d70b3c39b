using System.Runtime.CompilerServices;
using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Server.Errors;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>
/// Makes a response out of a run: its events as they come, or the whole at once. Where it is kept, that is done before anybody is told
/// that it is complete.
/// </summary>
/// <param name="draft">What was asked.</param>
/// <param name="archive">Where responses are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of defects.</param>
/// <param name="end">Cancelled when the service ends everything that is under way.</param>
internal sealed partial class ResponseAnswer(ResponseDraft draft, ResponseArchive archive, TimeProvider time, ILogger logger, CancellationToken end)
{
    private readonly OutputAssembler _output = new();
    private readonly List<ResponseEvent> _told = [];

    /// <summary>The response as it is, its output up to the last item that is complete or the piece at hand.</summary>
    public ResponseObject Response { get; private set; } = draft.Response;

    /// <summary>The events as they come. A failure ends them as an event, with what there was until then.</summary>
    /// <param name="start">Begins the answer; only a background response may be told of before that.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    public async IAsyncEnumerable<ResponseEvent> StreamAsync(Func<CancellationToken, Task<IChatRun>> start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Response.Background)
        {
            Response = Response with { Status = "queued" };
            yield return Tell("response.created");
            yield return Tell("response.queued");
        }

        await using IChatRun? run = await TryAsync(() => start(cancellationToken), cancellationToken);
        if (run is not null)
        {
            Begin(run);
            if (!Response.Background)
                yield return Tell("response.created");
            yield return Tell("response.in_progress");
            var events = new List<ResponseEvent>();
            await using IAsyncEnumerator<ChatUpdate> updates = run.Updates.GetAsyncEnumerator(cancellationToken);
            while (await TryAsync(() => NextAsync(updates, events), cancellationToken))
            {
                foreach (ResponseEvent told in events)
                    yield return Keep(told);
                events.Clear();
            }
        }

        ResponseEvent last = Tell($"response.{Response.Status}");
        if (draft.Response.Store && !await TryKeepAsync())
            last = Tell($"response.{Response.Status}");
        yield return last;
        if (Response.Status == "cancelled")
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The whole response. A failure is thrown.</summary>
    /// <param name="run">The answer being made.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    public async Task<ResponseObject> CollectAsync(IChatRun run, CancellationToken cancellationToken)
    {
        Begin(run);
        var untold = new List<ResponseEvent>();
        await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
        {
            Take(update, untold);
            untold.Clear();
        }

        await KeepAsync(null);
        return Response;
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ChatUpdate> updates, List<ResponseEvent> events)
    {
        if (!await updates.MoveNextAsync())
            return false;
        Take(updates.Current, events);
        return true;
    }

    /// <summary>Does a step; one that fails ends the response.</summary>
    private async Task<T?> TryAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !end.IsCancellationRequested)
        {
            Response = Response with { Status = "cancelled", Output = _output.Items };
        }
        catch (Exception exception)
        {
            Fail(exception is OperationCanceledException && end.IsCancellationRequested ? Http.OpenRequests.Stopped : exception);
        }

        return default;
    }

    private async Task<bool> TryKeepAsync()
    {
        try
        {
            await KeepAsync(_told);
            return true;
        }
        catch (IngotException exception)
        {
            Fail(exception);
            return false;
        }
    }

    private async Task KeepAsync(IReadOnlyList<ResponseEvent>? events)
    {
        if (draft.Response.Store)
            await archive.SaveAsync(draft.Owner, Response, draft.Input, events);
        else if (draft.Response.Conversation is { } conversation)
            await archive.AppendAsync(draft.Owner, conversation.Id, [.. draft.Input, .. Response.Output]);
    }

    private void Fail(Exception exception)
    {
        if (exception is not IngotException)
            LogFailed(logger, exception, draft.Response.Id);
        var error = WireErrors.Describe(exception).Body.Error;
        Response = Response with
        {
            Status = "failed",
            Output = _output.Items,
            CompletedAt = null,
            Error = new ResponseError(error.Code ?? "server_error", error.Message),
        };
    }

    private void Begin(IChatRun run) => Response = Response with
    {
        Status = "in_progress",
        Model = run.ModelId,
        Temperature = run.Sampling.Temperature,
        TopP = run.Sampling.TopP,
        PresencePenalty = run.Sampling.PresencePenalty,
        FrequencyPenalty = run.Sampling.FrequencyPenalty,
    };

    private void Take(ChatUpdate update, List<ResponseEvent> events)
    {
        if (update is UsageUpdate usage)
            End(usage);
        else
            _output.Add(update, events);
    }

    private void End(UsageUpdate usage)
    {
        bool isWhole = _output.Finish != ChatFinish.Length;
        Response = Response with
        {
            Status = isWhole ? "completed" : "incomplete",
            CompletedAt = isWhole ? time.GetUtcNow().ToUnixTimeSeconds() : null,
            IncompleteDetails = isWhole ? null : new IncompleteDetails("max_output_tokens"),
            Output = _output.Items,
            Usage = new ResponseUsage(
                usage.Usage.PromptTokens,
                new InputTokensDetails(usage.Usage.CachedTokens),
                usage.Usage.CompletionTokens,
                new OutputTokensDetails(usage.ReasoningTokens),
                usage.Usage.PromptTokens + usage.Usage.CompletionTokens),
        };
    }

    [LoggerMessage(EventId = 107, Level = LogLevel.Error, Message = "The response {Id} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string id);

    private ResponseEvent Tell(string type) => Keep(_output.Tell(type) with { Response = Response });

    private ResponseEvent Keep(ResponseEvent told)
    {
        if (draft.Response.Store)
            _told.Add(told);
        return told;
    }
}
