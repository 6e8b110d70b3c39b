using Ingot.Errors;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>
/// Begins the answer of a response. Where that is allowed and needed, the oldest turns are left out: as few as possible, whole ones,
/// from one message of the user to the next, and never the instructions before the first.
/// </summary>
internal static class ResponseStart
{
    /// <summary>Begins the answer.</summary>
    /// <exception cref="IngotException">What the service refuses, by the fields of this API.</exception>
    public static async Task<IChatRun> StartAsync(ChatSources chats, ResponseDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(chats, draft.Turn, draft.MayTruncate, cancellationToken);
        }
        catch (IngotException refusal) when (ResponseMapper.Rename(refusal) is { } renamed && renamed != refusal)
        {
            throw renamed;
        }
    }

    private static async Task<IChatRun> StartAsync(ChatSources chats, ChatTurn turn, bool mayTruncate, CancellationToken cancellationToken)
    {
        try
        {
            return await chats.StartAsync(turn, cancellationToken);
        }
        catch (IngotException refusal) when (mayTruncate && refusal.Code == ErrorCode.ContextLengthExceeded)
        {
            return await ShortenAsync(chats, turn, refusal, cancellationToken);
        }
    }

    private static async Task<IChatRun> ShortenAsync(ChatSources chats, ChatTurn turn, IngotException refusal, CancellationToken cancellationToken)
    {
        int[] starts = [.. turn.Messages.Index().Where(message => message.Item.Role == TurnRole.User).Select(message => message.Index)];
        IChatRun? best = null;
        int least = 1, most = starts.Length - 1;
        try
        {
            // The more is left out the shorter the prompt, so that halving finds the least that must go.
            while (least <= most)
            {
                int cut = (least + most) / 2;
                try
                {
                    IChatRun run = await chats.StartAsync(turn with { Messages = [.. turn.Messages.Take(starts[0]), .. turn.Messages.Skip(starts[cut])] }, cancellationToken);
                    await DropAsync(best);
                    (best, most) = (run, cut - 1);
                }
                catch (IngotException still) when (still.Code == ErrorCode.ContextLengthExceeded)
                {
                    least = cut + 1;
                }
            }
        }
        catch
        {
            await DropAsync(best);
            throw;
        }

        return best ?? throw refusal;
    }

    private static ValueTask DropAsync(IChatRun? run) => run?.DisposeAsync() ?? ValueTask.CompletedTask;
}
