using System.Runtime.CompilerServices;
using Ingot.Models.Catalog;
using Ingot.Service;
using Ingot.Service.Chat;
using Ingot.Service.Embeddings;
using Ingot.Service.Hosting;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>Models in this process.</summary>
internal sealed class InProcessRuntime(IngotServices services) : IModelRuntime
{
    // A program says itself when it is done with a model; one that idleness took from under it would look like a fault.
    private static readonly ModelLoadOptions UntilUnloaded = new() { TimeToLive = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListLoadedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. services.Models.Loaded.Select(model => model.Id)]);

    /// <inheritdoc/>
    public Task LoadAsync(ModelEntry model, CancellationToken cancellationToken) =>
        services.Models.LoadAsync(model.Id, UntilUnloaded, cancellationToken);

    /// <inheritdoc/>
    public Task UnloadAsync(ModelEntry model, CancellationToken cancellationToken) =>
        services.Models.UnloadUnusedAsync(model, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatUpdate> AnswerAsync(ChatTurn turn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using ChatRun run = await services.Chat.StartAsync(turn, cancellationToken);
        await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
            yield return update;
    }

    /// <inheritdoc/>
    public async Task<EmbeddingVectors> EmbedAsync(EmbeddingTurn turn, CancellationToken cancellationToken)
    {
        EmbeddingAnswer answer = await services.Embeddings.EmbedAsync(turn, cancellationToken);
        return new EmbeddingVectors(answer.Vectors, answer.PromptTokens);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
