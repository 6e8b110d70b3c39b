using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Ingot.Service.Embeddings;
using Microsoft.AI.Foundry.Local.Running;

namespace Microsoft.AI.Foundry.Local;

/// <summary>Makes vectors of texts with one loaded model. May be used by many threads at once.</summary>
public class OpenAIEmbeddingClient
{
    private readonly string _modelId;
    private readonly Session _session;

    internal OpenAIEmbeddingClient(string modelId, Session session)
    {
        _modelId = modelId;
        _session = session;
    }

    /// <summary>Makes the vector of one text.</summary>
    /// <param name="input">The text; not empty.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    /// <exception cref="FoundryLocalException">The text is too long, the model makes no vectors, or it cannot be used any more.</exception>
    public Task<EmbeddingCreateResponse> GenerateEmbeddingAsync(string input, CancellationToken? ct = null) => GenerateEmbeddingsAsync([input], ct);

    /// <summary>Makes the vectors of several texts.</summary>
    /// <param name="inputs">The texts, at least one, none empty.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">There is no text, or one is empty.</exception>
    /// <exception cref="FoundryLocalException">A text is too long, the model makes no vectors, or it cannot be used any more.</exception>
    public Task<EmbeddingCreateResponse> GenerateEmbeddingsAsync(IEnumerable<string> inputs, CancellationToken? ct = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        string[] texts = [.. inputs];
        if (texts.Length == 0)
            throw new ArgumentException("There must be at least one text.", nameof(inputs));
        if (Array.FindIndex(texts, string.IsNullOrWhiteSpace) is >= 0 and int empty)
            throw new ArgumentException($"Text {empty} of {texts.Length} is empty.", nameof(inputs));
        return _session.RunAsync(token => MakeAsync(texts, token), ct);
    }

    private async Task<EmbeddingCreateResponse> MakeAsync(string[] texts, CancellationToken token)
    {
        var turn = new EmbeddingTurn { Model = _modelId, Inputs = [.. texts.Select(text => new EmbeddingInput.OfText(text))] };
        EmbeddingVectors made = await _session.Runtime.EmbedAsync(turn, token);
        return new EmbeddingCreateResponse
        {
            ObjectTypeName = "list",
            Model = _modelId,
            Data = [.. made.Vectors.Select((vector, index) => new EmbeddingResponse { Index = index, Embedding = ToNumbers(vector.Span) })],
            Usage = new UsageResponse { PromptTokens = made.PromptTokens, TotalTokens = made.PromptTokens },
        };
    }

    private static List<double> ToNumbers(ReadOnlySpan<float> vector)
    {
        var numbers = new List<double>(vector.Length);
        foreach (float number in vector)
            numbers.Add(number);
        return numbers;
    }
}
