using System.Diagnostics;
using Ingot.Errors;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;
using Ingot.Service.Hosting;

namespace Ingot.Server.Mapping;

/// <summary>
/// Turns a wire request, whose bounds have been checked, into a <see cref="ChatTurn"/>, or refuses it by naming the field. Nothing
/// after this checks wire rules; how much one turn may ask for is the service's rule.
/// </summary>
internal static class ChatMapper
{
    /// <summary>Maps a request.</summary>
    /// <exception cref="IngotException">A field is absent, out of range, or asks for something not done here.</exception>
    public static ChatTurn ToTurn(ChatCompletionRequest request)
    {
        RefuseUnsupported(request);
        if (request.StreamOptions is not null && request.Stream != true)
            throw Invalid("stream_options", "is only allowed when 'stream' is true");

        IReadOnlyList<ToolDefinition> tools = ToolMapper.ToDefinitions(request);
        return new ChatTurn
        {
            Model = ToModel(request.Model),
            Messages = MessageMapper.ToMessages(request.Messages),
            Tools = tools,
            ToolChoice = ToolMapper.ToChoice(request, tools),
            ParallelToolCalls = ToolMapper.ToParallel(request, tools),
            ResponseFormat = FormatMapper.ToFormat(request.ResponseFormat),
            Sampling = SamplingMapper.ToSettings(request),
            MaxTokens = TokenLimit.Of(request).Value,
            Stop = request.Stop?.Values ?? [],
            Prediction = ToPrediction(request.Prediction),
            Choices = request.N ?? 1,
            TopLogProbabilities = ToTopLogprobs(request),
            ReasoningEffort = ToEffort(request.ReasoningEffort),
            TimeToLive = request.Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ExecutionProvider = request.Ep,
        };
    }

    /// <summary>An error about a value.</summary>
    public static IngotException Invalid(string param, string rule) =>
        new(ErrorCode.InvalidValue, $"Invalid value for '{param}': it {rule}.", param);

    /// <summary>An error about a value Ingot understands and does not do.</summary>
    public static IngotException Unsupported(string param, string what) =>
        new(ErrorCode.UnsupportedValue, $"Unsupported value for '{param}': {what}.", param);

    /// <summary>An error about an absent field.</summary>
    public static IngotException Missing(string param) =>
        new(ErrorCode.MissingRequiredParameter, $"Missing required parameter: '{param}'.", param);

    /// <summary>A word that the field's bounds should not have let through.</summary>
    public static UnreachableException Unreachable(string param, string? word) => new($"'{param}' is '{word}'.");

    /// <summary>The model asked for.</summary>
    public static string ToModel(string? model)
    {
        if (string.IsNullOrWhiteSpace(model))
            throw Missing("model");
        return model;
    }

    private static void RefuseUnsupported(ChatCompletionRequest request)
    {
        ExecutionProviders.Require(request.Ep);
        if (request.StreamOptions?.IncludeObfuscation == true)
            throw Unsupported("stream_options.include_obfuscation", "streams are not padded");
    }

    private static string? ToPrediction(PredictedOutput? prediction)
    {
        if (prediction is null)
            return null;
        if (prediction.Type is null)
            throw Missing("prediction.type");
        return MessageMapper.ToText(prediction.Content, TurnRole.User, "prediction") ?? throw Missing("prediction.content");
    }

    /// <summary>How much to think; null leaves it to the model.</summary>
    public static ReasoningEffort? ToEffort(string? effort) => effort switch
    {
        null => null,
        "none" => ReasoningEffort.None,
        "minimal" => ReasoningEffort.Minimal,
        "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        "xhigh" => ReasoningEffort.XHigh,
        _ => throw Unreachable("reasoning_effort", effort),
    };

    private static int? ToTopLogprobs(ChatCompletionRequest request)
    {
        if (request.TopLogprobs is not null && request.Logprobs != true)
            throw Invalid("top_logprobs", "is only allowed when 'logprobs' is true");
        return request.Logprobs == true ? request.TopLogprobs ?? 0 : null;
    }
}
