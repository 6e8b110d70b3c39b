namespace Ingot.Protocol.Embeddings;

/// <summary>The answer of <c>POST /v1/embeddings</c>.</summary>
/// <param name="Data">One vector a text, in their order.</param>
/// <param name="Model">The id of the model that made them.</param>
/// <param name="Usage">What was computed.</param>
public sealed record EmbeddingList(IReadOnlyList<EmbeddingObject> Data, string Model, EmbeddingUsage Usage)
{
    /// <summary>Always <c>list</c>.</summary>
    public string Object { get; init; } = "list";
}

/// <summary>The vector of one text.</summary>
/// <param name="Index">Which text, from 0.</param>
/// <param name="Embedding">The vector.</param>
public sealed record EmbeddingObject(int Index, EmbeddingVector Embedding)
{
    /// <summary>Always <c>embedding</c>.</summary>
    public string Object { get; init; } = "embedding";
}

/// <summary>Tokens of an embeddings request.</summary>
/// <param name="PromptTokens">Tokens of all texts, special ones included.</param>
/// <param name="TotalTokens">The same: nothing is generated.</param>
public sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);
