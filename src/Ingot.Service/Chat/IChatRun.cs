using Ingot.Engine;
using Ingot.Engine.Sampling;

namespace Ingot.Service.Chat;

/// <summary>An answer being made, here or elsewhere. Dispose it to end what is under way.</summary>
public interface IChatRun : IAsyncDisposable
{
    /// <summary>The id of the model that answers.</summary>
    string ModelId { get; }

    /// <summary>How its tokens are drawn, as far as that is known.</summary>
    SamplingOptions Sampling { get; }

    /// <summary>
    /// What happens, as it happens; each choice ends with <see cref="Finished"/>, all of it with <see cref="UsageUpdate"/>. To be read once, by one reader.
    /// </summary>
    IAsyncEnumerable<ChatUpdate> Updates { get; }

    /// <summary>What it has used until now, as far as that is known.</summary>
    TokenUsage Used { get; }
}

/// <summary>Answers conversations for models that are not this machine's.</summary>
public interface IChatSource
{
    /// <summary>Begins an answer.</summary>
    /// <param name="turn">The conversation and what is wanted.</param>
    /// <param name="cancellationToken">Ends the answer, now and later.</param>
    /// <returns>Null when the model is none of this source's.</returns>
    /// <exception cref="Errors.IngotException">The request is refused.</exception>
    Task<IChatRun?> TryStartAsync(ChatTurn turn, CancellationToken cancellationToken);
}
