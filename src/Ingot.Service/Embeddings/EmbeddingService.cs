using Ingot.Engine.Embedding;
using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Text;

namespace Ingot.Service.Embeddings;

/// <summary>
/// Makes vectors of texts: finds and leases the model, tokenises, submits, cuts to the size wanted. Knows nothing of HTTP.
/// Thread-safe.
/// </summary>
/// <param name="models">Where models come from.</param>
public sealed class EmbeddingService(ModelHost models)
{
    /// <summary>Makes the vectors of some texts.</summary>
    /// <param name="turn">Which, with what model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One vector a text, in their order.</returns>
    /// <exception cref="IngotException">
    /// Unknown or unloadable model, or one that makes no vectors; an empty or too long text; an unknown token; dimensions out of range;
    /// a full queue; the model was unloaded meanwhile.
    /// </exception>
    public async Task<EmbeddingAnswer> EmbedAsync(EmbeddingTurn turn, CancellationToken cancellationToken = default)
    {
        using var lease = await models.AcquireAsync(turn.Model, cancellationToken);
        var model = lease.Model;
        var embedder = model.Embedder;
        if (turn.Dimensions is { } wanted && (wanted < 1 || wanted > embedder.Width))
        {
            throw new IngotException(ErrorCode.InvalidValue,
                $"Invalid value for 'dimensions': it must be between 1 and {embedder.Width}, the size of the vectors of model '{model.Entry.Id}'.", "dimensions");
        }

        ReadOnlyMemory<int>[] sequences = [.. turn.Inputs.Select((input, index) => Tokens(input, index, turn.Inputs.Count, model))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Revoked);
        try
        {
            var vectors = await embedder.EmbedAsync(sequences, stop.Token);
            return new EmbeddingAnswer(model.Entry, [.. vectors.Select(vector => Cut(vector, turn.Dimensions))], sequences.Sum(sequence => sequence.Length));
        }
        catch (OperationCanceledException) when (lease.Revoked.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IngotException(ErrorCode.EngineStopped, $"Model '{model.Entry.Id}' was unloaded before the answer was complete.", "model");
        }
    }

    private static ReadOnlyMemory<int> Tokens(EmbeddingInput input, int index, int count, LoadedModel model)
    {
        var place = count == 1 ? "input" : $"input[{index}]";
        int[] tokens = input switch
        {
            EmbeddingInput.OfTokens given => [.. given.Tokens],
            EmbeddingInput.OfText { Text.Length: > 0 } given => [.. model.Tokenizer.Encode(new PromptText(given.Text, [new TextSpan(0, given.Text.Length)]), addSpecialTokens: true)],
            _ => throw new IngotException(ErrorCode.InvalidValue, $"Invalid value for '{place}': it must not be empty.", place),
        };
        if (tokens.Length > model.ContextLength)
        {
            throw new IngotException(ErrorCode.ContextLengthExceeded,
                $"'{place}' has {tokens.Length} tokens, but model '{model.Entry.Id}' takes at most {model.ContextLength}. Please shorten it.", place);
        }

        return tokens;
    }

    private static ReadOnlyMemory<float> Cut(float[] vector, int? dimensions)
    {
        if (dimensions is not { } count || count == vector.Length)
            return vector;
        Array.Resize(ref vector, count);
        VectorLength.Normalize(vector);
        return vector;
    }
}
