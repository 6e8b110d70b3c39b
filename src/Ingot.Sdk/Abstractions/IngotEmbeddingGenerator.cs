using Ingot.Service.Embeddings;
using Microsoft.AI.Foundry.Local.Running;
using Microsoft.Extensions.AI;

namespace Microsoft.AI.Foundry.Local.Abstractions;

/// <summary>A model as .NET's own embedding generator. Thread-safe.</summary>
internal sealed class IngotEmbeddingGenerator(Session session, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("ingot", null, model);

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        if (texts.Length == 0)
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>());
        var turn = new EmbeddingTurn
        {
            Model = options?.ModelId ?? model,
            Inputs = [.. texts.Select(text => new EmbeddingInput.OfText(text))],
            Dimensions = options?.Dimensions,
        };
        return session.RunAsync(token => GenerateAsync(turn, token), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing is held: the model belongs to the manager.</summary>
    public void Dispose()
    {
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(EmbeddingTurn turn, CancellationToken token)
    {
        EmbeddingVectors made = await session.Runtime.EmbedAsync(turn, token);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new GeneratedEmbeddings<Embedding<float>>(made.Vectors.Select(vector => new Embedding<float>(vector) { ModelId = turn.Model, CreatedAt = now }))
        {
            Usage = new UsageDetails { InputTokenCount = made.PromptTokens, TotalTokenCount = made.PromptTokens },
        };
    }
}
