using Ingot.Errors;
using Ingot.Protocol.Completions;
using Ingot.Protocol.Embeddings;
using Ingot.Service.Embeddings;

namespace Ingot.Server.Mapping;

/// <summary>Turns a wire request into an <see cref="EmbeddingTurn"/>, or refuses it by naming the field, and an answer into the wire's form.</summary>
internal static class EmbeddingMapper
{
    private const string Base64 = "base64";

    /// <summary>Maps a request.</summary>
    /// <exception cref="IngotException">A field is absent, out of range, or asks for something not done here.</exception>
    public static EmbeddingTurn ToTurn(EmbeddingRequest request)
    {
        return new EmbeddingTurn
        {
            Model = ChatMapper.ToModel(request.Model),
            Inputs = ToInputs(request.Input),
            Dimensions = request.Dimensions,
        };
    }

    /// <summary>Maps an answer.</summary>
    /// <param name="answer">The vectors.</param>
    /// <param name="request">Says in what form they are wanted.</param>
    public static EmbeddingList ToWire(EmbeddingAnswer answer, EmbeddingRequest request)
    {
        bool isBase64 = request.EncodingFormat == Base64;
        return new EmbeddingList(
            [.. answer.Vectors.Select((vector, index) => new EmbeddingObject(index, new EmbeddingVector(vector, isBase64)))],
            answer.Model.Id,
            new EmbeddingUsage(answer.PromptTokens, answer.PromptTokens));
    }

    private static IReadOnlyList<EmbeddingInput> ToInputs(PromptInput? input)
    {
        if (input is null)
            throw ChatMapper.Missing("input");
        return [.. input.Items.Select((item, index) => ToInput(item, input.Items.Count == 1 ? "input" : $"input[{index}]"))];
    }

    private static EmbeddingInput ToInput(PromptItem item, string place) => item switch
    {
        { Text: { Length: > 0 } text } => new EmbeddingInput.OfText(text),
        { Tokens: { Count: > 0 } tokens } => new EmbeddingInput.OfTokens(tokens),
        _ => throw ChatMapper.Invalid(place, "must not be empty"),
    };
}
