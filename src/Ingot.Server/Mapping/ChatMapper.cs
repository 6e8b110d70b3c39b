using System.Globalization;
using Ingot.Errors;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Turns a wire request into a <see cref="ChatTurn"/>, or refuses it by naming the field. Nothing after this checks wire rules.</summary>
internal static class ChatMapper
{
    private const int MaxStopSequences = 4;
    private const int MaxTopLogprobs = 20;

    /// <summary>How many answers one request may ask for.</summary>
    private const int MaxChoices = 8;

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
            Model = string.IsNullOrWhiteSpace(request.Model) ? throw Missing("model") : request.Model,
            Messages = MessageMapper.ToMessages(request.Messages),
            Tools = tools,
            ToolChoice = ToolMapper.ToChoice(request, tools),
            ResponseFormat = ToResponseFormat(request.ResponseFormat),
            Sampling = SamplingMapper.ToSettings(request),
            MaxTokens = ToMaxTokens(request),
            Stop = ToStop(request.Stop),
            Choices = InRange("n", request.N, 1, MaxChoices) ?? 1,
            TopLogProbabilities = ToTopLogprobs(request),
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

    /// <summary>Checks an optional number's range, both ends included.</summary>
    public static T? InRange<T>(string param, T? value, T least, T most)
        where T : struct, IComparable<T>, IFormattable
    {
        if (value is { } number && !(number.CompareTo(least) >= 0 && number.CompareTo(most) <= 0))
        {
            CultureInfo plain = CultureInfo.InvariantCulture;
            throw Invalid(param, $"must be between {least.ToString(null, plain)} and {most.ToString(null, plain)}");
        }

        return value;
    }

    private static void RefuseUnsupported(ChatCompletionRequest request)
    {
        if (request.Ep is { } provider && !provider.Equals("cpu", StringComparison.OrdinalIgnoreCase))
            throw Unsupported("ep", $"the execution provider '{provider}' is not available; 'cpu' is");
        if (request.Store == true)
            throw Unsupported("store", "answers are not kept");
        if (request.ServiceTier is not (null or "auto" or "default"))
            throw Unsupported("service_tier", "there is one tier: 'auto' or 'default'");
        if (request.ReasoningEffort is not null)
            throw Unsupported("reasoning_effort", "the model's reasoning cannot be set");
        if (request.Ttl is not null)
            throw Unsupported("ttl", "models stay loaded until the service stops");
        if (request.StreamOptions?.IncludeObfuscation == true)
            throw Unsupported("stream_options.include_obfuscation", "streams are not padded");
    }

    private static ChatResponseFormat ToResponseFormat(ResponseFormat? format) => format?.Type switch
    {
        null when format is not null => throw Missing("response_format.type"),
        null or "text" => ChatResponseFormat.Text,
        "json_object" => ChatResponseFormat.JsonObject,
        "json_schema" => ChatResponseFormat.JsonSchema,
        "lark_grammar" => ChatResponseFormat.LarkGrammar,
        _ => throw Invalid("response_format.type", "must be 'text', 'json_object', 'json_schema' or 'lark_grammar'"),
    };

    private static int? ToMaxTokens(ChatCompletionRequest request)
    {
        (string Name, int? Value)[] spellings =
        [
            ("max_completion_tokens", request.MaxCompletionTokens),
            ("max_completion_token", request.MaxCompletionToken),
            ("max_tokens", request.MaxTokens),
        ];
        foreach ((string name, int? value) in spellings)
            InRange(name, value, 1, int.MaxValue);
        return spellings.Select(spelling => spelling.Value).FirstOrDefault(value => value is not null);
    }

    /// <summary>Maps the texts that end an answer.</summary>
    public static IReadOnlyList<string> ToStop(StopSequences? stop)
    {
        if (stop is null)
            return [];
        if (stop.Values.Count > MaxStopSequences)
            throw Invalid("stop", $"may hold at most {MaxStopSequences} texts");
        return stop.Values.Any(string.IsNullOrEmpty) ? throw Invalid("stop", "must not hold an empty text") : stop.Values;
    }

    private static int? ToTopLogprobs(ChatCompletionRequest request)
    {
        InRange("top_logprobs", request.TopLogprobs, 0, MaxTopLogprobs);
        if (request.TopLogprobs is not null && request.Logprobs != true)
            throw Invalid("top_logprobs", "is only allowed when 'logprobs' is true");
        return request.Logprobs == true ? request.TopLogprobs ?? 0 : null;
    }
}
