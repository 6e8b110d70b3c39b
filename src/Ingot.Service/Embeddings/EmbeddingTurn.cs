using Ingot.Models.Catalog;

namespace Ingot.Service.Embeddings;

/// <summary>One request for vectors of texts, in Ingot's own terms.</summary>
public sealed record EmbeddingTurn
{
    /// <summary>The model's alias, name or id.</summary>
    public required string Model { get; init; }

    /// <summary>The texts; at least one.</summary>
    public required IReadOnlyList<EmbeddingInput> Inputs { get; init; }

    /// <summary>How many of a vector's numbers are wanted, 1 to the model's; the rest is cut off and the vector brought to length 1. Absent: all, as the model gives them.</summary>
    public int? Dimensions { get; init; }
}

/// <summary>One text to make a vector of.</summary>
public abstract record EmbeddingInput
{
    private EmbeddingInput()
    {
    }

    /// <summary>A text in characters; the model's own special tokens are put around it.</summary>
    /// <param name="Text">The text; not empty.</param>
    public sealed record OfText(string Text) : EmbeddingInput;

    /// <summary>A text in tokens, taken as it is: special tokens are there where they were given.</summary>
    /// <param name="Tokens">Token ids; at least one.</param>
    public sealed record OfTokens(IReadOnlyList<int> Tokens) : EmbeddingInput;
}

/// <summary>The vectors of some texts.</summary>
/// <param name="Model">The model that made them.</param>
/// <param name="Vectors">One a text, in their order.</param>
/// <param name="PromptTokens">Tokens of all texts together, special ones included.</param>
public sealed record EmbeddingAnswer(ModelEntry Model, IReadOnlyList<ReadOnlyMemory<float>> Vectors, int PromptTokens);
