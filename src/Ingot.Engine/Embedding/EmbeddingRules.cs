using Ingot.Errors;

namespace Ingot.Engine.Embedding;

/// <summary>What sequences must be for the embedder to compute them. Checked once, on the asking thread; nothing behind it checks again.</summary>
internal static class EmbeddingRules
{
    /// <exception cref="IngotException">A sequence breaks a rule.</exception>
    public static void Check(IReadOnlyList<ReadOnlyMemory<int>> sequences, IEmbeddingRunner runner)
    {
        if (sequences.Count == 0)
            throw new IngotException(ErrorCode.MissingRequiredParameter, "There is nothing to embed.", "input");
        for (int i = 0; i < sequences.Count; i++)
        {
            string place = sequences.Count == 1 ? "input" : $"input[{i}]";
            ReadOnlySpan<int> tokens = sequences[i].Span;
            if (tokens.IsEmpty)
                throw new IngotException(ErrorCode.MissingRequiredParameter, $"'{place}' has no tokens.", place);
            if (tokens.Length > runner.ContextLength)
            {
                throw new IngotException(
                    ErrorCode.ContextLengthExceeded,
                    $"This model's maximum context length is {runner.ContextLength} tokens. However, '{place}' has {tokens.Length} tokens. Please reduce its length.",
                    place);
            }
            foreach (int token in tokens)
            {
                if ((uint)token >= (uint)runner.VocabularySize)
                    throw new IngotException(ErrorCode.InvalidValue, $"'{place}' has token id {token}, but the model's ids are 0 to {runner.VocabularySize - 1}.", place);
            }
        }
    }
}
