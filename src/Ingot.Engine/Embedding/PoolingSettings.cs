namespace Ingot.Engine.Embedding;

/// <summary>How the rows of a text's tokens become the vector of the text.</summary>
/// <param name="Mode">Which rows, and how they are put together.</param>
/// <param name="Normalize">Whether the vector is brought to length 1.</param>
public sealed record PoolingSettings(PoolingMode Mode, bool Normalize);

/// <summary>Which of a text's rows make its vector.</summary>
public enum PoolingMode
{
    /// <summary>The mean of all rows.</summary>
    Mean,

    /// <summary>The first token's row.</summary>
    First,

    /// <summary>The last token's row.</summary>
    Last,
}
