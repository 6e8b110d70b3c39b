using System.Runtime.CompilerServices;
using Microsoft.AI.Foundry.Local.Running;
using Microsoft.Extensions.AI;

namespace Microsoft.AI.Foundry.Local.Abstractions;

/// <summary>A model as .NET's own chat client. Functions are declared to the model; calling them is the caller's pipeline. Thread-safe.</summary>
internal sealed class IngotChatClient(Session session, string model) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("ingot", null, model);

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var turn = ChatOptionsMapper.ToTurn(model, messages, options);
        Answer answer = session.Begin(turn, cancellationToken);
        await using ConfiguredAsyncDisposable closing = answer.ConfigureAwait(false);
        var mapper = new UpdateMapper(turn.Model, showsReasoning: options?.Reasoning?.Output != ReasoningOutput.None);
        while (await answer.ReadAsync().ConfigureAwait(false))
        {
            if (mapper.ToUpdate(answer.Current) is { } update)
                yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing is held: the model belongs to the manager.</summary>
    public void Dispose()
    {
    }
}
