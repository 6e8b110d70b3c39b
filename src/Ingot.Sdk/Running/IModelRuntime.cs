using Ingot.Models.Catalog;
using Ingot.Service.Chat;
using Ingot.Service.Embeddings;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>Where models are in memory and work: this process, or a service that runs.</summary>
internal interface IModelRuntime : IAsyncDisposable
{
    /// <summary>The ids of the models in memory.</summary>
    Task<IReadOnlyList<string>> ListLoadedAsync(CancellationToken cancellationToken);

    /// <summary>Brings a model into memory, to stay there until it is unloaded; at once when it is there.</summary>
    Task LoadAsync(ModelEntry model, CancellationToken cancellationToken);

    /// <summary>Takes a model out of memory; nothing happens when it is not there.</summary>
    Task UnloadAsync(ModelEntry model, CancellationToken cancellationToken);

    /// <summary>Answers a turn. Begins when it is read; what is left unread is not made.</summary>
    IAsyncEnumerable<ChatUpdate> AnswerAsync(ChatTurn turn, CancellationToken cancellationToken);

    /// <summary>Makes the vectors of some texts.</summary>
    Task<EmbeddingVectors> EmbedAsync(EmbeddingTurn turn, CancellationToken cancellationToken);
}

/// <summary>The vectors of some texts.</summary>
/// <param name="Vectors">One a text, in their order.</param>
/// <param name="PromptTokens">Tokens of all texts together.</param>
internal sealed record EmbeddingVectors(IReadOnlyList<ReadOnlyMemory<float>> Vectors, int PromptTokens);
