using System.Globalization;
using Ingot.Errors;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;
using Ingot.Service.Hosting;

namespace Ingot.Server.Mapping;

/// <summary>
/// Turns a wire request into a <see cref="ChatTurn"/>, or refuses it by naming the field. Nothing after this checks wire
/// rules; how much one turn may ask for is the service's rule.
/// </summary>
internal static class ChatMapper
{
    private const int MaxTopLogprobs = 20;

    /// <summary>Longer than any name of a model; an error repeats what it was given.</summary>
    private const int MaxModelName = 512;

    /// <summary>Maps a request.</summary>
    /// <exception cref="IngotException">A field is absent, out of range, or asks for something not done here.</exception>
    public static ChatTurn ToTurn(ChatCompletionRequest request)
    {
        RefuseUnsupported(request);
        if (request.StreamOptions is not null && request.Stream != true)
            throw Invalid("stream_options", "is only allowed when 'stream' is true");
        MetadataRules.Check(request.Metadata);

        IReadOnlyList<ToolDefinition> tools = ToolMapper.ToDefinitions(request);
        return new ChatTurn
        {
            Model = ToModel(request.Model),
            Messages = MessageMapper.ToMessages(request.Messages),
            Tools = tools,
            ToolChoice = ToolMapper.ToChoice(request, tools),
            ParallelToolCalls = ToolMapper.ToParallel(request, tools),
            ResponseFormat = ToResponseFormat(request.ResponseFormat),
            Sampling = SamplingMapper.ToSettings(request),
            MaxTokens = TokenLimit.Of(request).Value,
            Stop = request.Stop?.Values ?? [],
            Choices = request.N ?? 1,
            TopLogProbabilities = ToTopLogprobs(request),
            ReasoningEffort = ToEffort(request.ReasoningEffort),
            TimeToLive = InRange("ttl", request.Ttl, 0, int.MaxValue) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
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

    /// <summary>The model asked for.</summary>
    public static string ToModel(string? model)
    {
        if (string.IsNullOrWhiteSpace(model))
            throw Missing("model");
        return model.Length <= MaxModelName ? model : throw Invalid("model", $"must have at most {MaxModelName} characters");
    }

    private static void RefuseUnsupported(ChatCompletionRequest request)
    {
        ExecutionProviders.Require(request.Ep);
        if (request.Store == true)
            throw Unsupported("store", "answers are not kept");
        if (request.ServiceTier is not (null or "auto" or "default"))
            throw Unsupported("service_tier", "there is one tier: 'auto' or 'default'");
        if (request.StreamOptions?.IncludeObfuscation == true)
            throw Unsupported("stream_options.include_obfuscation", "streams are not padded");
    }

    private static ReasoningEffort? ToEffort(string? effort) => effort switch
    {
        null => null,
        "none" => ReasoningEffort.None,
        "minimal" => ReasoningEffort.Minimal,
        "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        "xhigh" => ReasoningEffort.XHigh,
        _ => throw Invalid("reasoning_effort", "must be 'none', 'minimal', 'low', 'medium', 'high' or 'xhigh'"),
    };

    private static ChatResponseFormat ToResponseFormat(ResponseFormat? format) => format?.Type switch
    {
        null when format is not null => throw Missing("response_format.type"),
        null or "text" => ChatResponseFormat.Text,
        "json_object" => ChatResponseFormat.JsonObject,
        "json_schema" when format!.JsonSchema is null => throw Missing("response_format.json_schema"),
        "json_schema" => ChatResponseFormat.JsonSchema,
        "lark_grammar" when format!.LarkGrammar is null => throw Missing("response_format.lark_grammar"),
        "lark_grammar" => ChatResponseFormat.LarkGrammar,
        _ => throw Invalid("response_format.type", "must be 'text', 'json_object', 'json_schema' or 'lark_grammar'"),
    };

    private static int? ToTopLogprobs(ChatCompletionRequest request)
    {
        InRange("top_logprobs", request.TopLogprobs, 0, MaxTopLogprobs);
        if (request.TopLogprobs is not null && request.Logprobs != true)
            throw Invalid("top_logprobs", "is only allowed when 'logprobs' is true");
        return request.Logprobs == true ? request.TopLogprobs ?? 0 : null;
    }
}
