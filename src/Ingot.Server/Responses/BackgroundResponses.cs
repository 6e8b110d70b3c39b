using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Server.Http;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>
/// Responses that are made after their requests were answered. Each is kept before its request is answered, takes a place among the
/// requests the service works on, and ends with the service like those; one that a killed service left behind has failed at the next start.
/// </summary>
internal sealed partial class BackgroundResponses(
    IngotServices services, ChatSources chats, ResponseArchive archive, LiveResponses underWay, OpenRequests requests, ILogger<BackgroundResponses> logger)
{
    /// <summary>Keeps a response and begins to make it.</summary>
    /// <exception cref="IngotException">It cannot be kept, or the service is too busy.</exception>
    public async Task<LiveResponse> StartAsync(ResponseDraft draft)
    {
        ResponseObject queued = draft.Response with { Status = "queued" };
        requests.Enter(changesModels: false);
        var live = new LiveResponse(draft.Owner, queued);
        underWay.Add(queued.Id, live);
        try
        {
            await archive.SaveAsync(draft.Owner, queued, draft.Input, null);
        }
        catch
        {
            underWay.Remove(queued.Id);
            requests.Leave(changesModels: false);
            live.Dispose();
            throw;
        }

        live.Done = MakeAsync(draft, live);
        return live;
    }

    /// <summary>Finds a response that is being made; null when there is none.</summary>
    public LiveResponse? Find(string? owner, string id) => underWay.Find(owner, id);

    private async Task MakeAsync(ResponseDraft draft, LiveResponse live)
    {
        // The request that asked for it is answered meanwhile.
        await Task.Yield();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(live.Cancelled, requests.End);
        var answer = new ResponseAnswer(draft, archive, services.Time, logger, requests.End);
        IChatRun? run = null;
        try
        {
            await foreach (ResponseEvent told in answer.StreamAsync(async gone => run = await ResponseStart.StartAsync(chats, draft, gone), stop.Token))
                live.Add(told);
        }
        catch (OperationCanceledException)
        {
            // Cancelled, as its last event has said.
        }
        catch (Exception exception)
        {
            LogFailed(exception, draft.Response.Id);
        }
        finally
        {
            draft.Account?.Charge(run is null ? 0 : CallerRights.Total(run.Used));

            // Who hears that it has ended may ask for the next one, and must find the place free.
            requests.Leave(changesModels: false);
            underWay.Remove(draft.Response.Id);
            live.End();
        }
    }

    [LoggerMessage(EventId = 106, Level = LogLevel.Error, Message = "The background response {Id} failed.")]
    private partial void LogFailed(Exception exception, string id);
}
