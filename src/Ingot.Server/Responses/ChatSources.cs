using Ingot.Errors;
using Ingot.Server.Mapping;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>Who answers a response's turn: whoever has the model elsewhere, or this machine.</summary>
/// <param name="services">This machine.</param>
/// <param name="elsewhere">Which models live elsewhere.</param>
/// <param name="sources">Who reaches those.</param>
internal sealed class ChatSources(IngotServices services, ModelsElsewhere elsewhere, IEnumerable<IChatSource> sources)
{
    /// <summary>Begins an answer.</summary>
    /// <exception cref="IngotException">The request is refused.</exception>
    public async Task<IChatRun> StartAsync(ChatTurn turn, CancellationToken cancellationToken)
    {
        foreach (IChatSource source in sources)
        {
            if (await source.TryStartAsync(turn, cancellationToken) is { } run)
                return run;
        }

        return await services.Chat.StartAsync(turn, cancellationToken);
    }

    /// <summary>Counts the tokens of a prompt.</summary>
    /// <exception cref="IngotException">The request is refused, or the model lives elsewhere.</exception>
    public Task<int> CountTokensAsync(ChatTurn turn, CancellationToken cancellationToken) => elsewhere.Find(turn.Model) is { } provided
        ? throw new IngotException(ErrorCode.UnsupportedValue, $"Only provider '{provided.Provider.Name}' could count the tokens of '{turn.Model}', and it has no route for that.", "model")
        : services.Chat.CountTokensAsync(turn, cancellationToken);
}
