using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Server.Mapping;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>Turns a request for a response, whose bounds have been checked, into a <see cref="ResponseDraft"/>, or refuses it by naming the field.</summary>
internal static class ResponseMapper
{
    private const string Logprobs = "message.output_text.logprobs";
    private const string Encrypted = "reasoning.encrypted_content";
    private static readonly JsonElement Auto = JsonElement.Parse("\"auto\"");

    /// <summary>Refuses what no response can be made of, whatever was said before.</summary>
    public static void Check(CreateResponseRequest request)
    {
        ChatMapper.ToModel(request.Model);
        if (request.Prompt is { ValueKind: not JsonValueKind.Null })
            throw ChatMapper.Unsupported("prompt", "no prompts are kept here");
        if (request.StreamOptions is not null && request.Stream != true)
            throw ChatMapper.Invalid("stream_options", "is only allowed when 'stream' is true");
        if (request.StreamOptions?.IncludeObfuscation == true)
            throw ChatMapper.Unsupported("stream_options.include_obfuscation", "streams are not padded");
        if (request.PreviousResponseId is not null && request.Conversation is not null)
            throw ChatMapper.Invalid("previous_response_id", "must not be given together with 'conversation'");
        if (request.Input is null && request.PreviousResponseId is null && request.Conversation is null)
            throw ChatMapper.Missing("input");
        if (request.Background == true && request.Store == false)
            throw ChatMapper.Invalid("background", "needs a response that is kept: 'store' must not be false");
        foreach ((int index, string? what) in (request.Include ?? []).Index())
        {
            if (what is not (Logprobs or Encrypted))
                throw ChatMapper.Unsupported($"include[{index}]", $"only '{Logprobs}' and '{Encrypted}' are done");
        }
    }

    /// <summary>Maps a request.</summary>
    /// <param name="request">The request, checked.</param>
    /// <param name="earlier">What was said before, oldest first.</param>
    /// <param name="input">What the request adds.</param>
    /// <param name="id">The response's id.</param>
    /// <param name="now">The time, in seconds since 1970.</param>
    /// <param name="isKept">Whether the response is kept.</param>
    /// <exception cref="IngotException">A field is absent, out of range, or asks for something not done here.</exception>
    public static ResponseDraft ToDraft(
        CreateResponseRequest request, IReadOnlyList<ResponseItem> earlier, IReadOnlyList<ResponseItem> input, string id, long now, bool isKept)
    {
        IReadOnlyList<ToolDefinition> tools = ResponseToolMapper.ToDefinitions(request.Tools);
        IReadOnlyList<TurnMessage> messages = ItemMessages.Of(request.Instructions, earlier, input);
        if (messages.Count == 0)
            throw ChatMapper.Invalid("input", "must not be empty");
        var turn = new ChatTurn
        {
            Model = request.Model!,
            Messages = messages,
            Tools = tools,
            ToolChoice = ResponseToolMapper.ToChoice(request.ToolChoice, tools),
            ParallelToolCalls = request.ParallelToolCalls ?? true,
            ResponseFormat = ResponseFormatMapper.ToFormat(request.Text?.Format),
            Sampling = SamplingMapper.ToSettings(request),
            MaxTokens = request.MaxOutputTokens,
            TopLogProbabilities = request.TopLogprobs > 0 || request.Include?.Contains(Logprobs) == true ? request.TopLogprobs ?? 0 : null,
            ReasoningEffort = ChatMapper.ToEffort(request.Reasoning?.Effort),
        };
        return new ResponseDraft(turn, ToResponse(request, tools, id, now, isKept), input, request.Truncation == "auto");
    }

    /// <summary>The same refusal in this API's words: the service speaks of messages.</summary>
    public static IngotException Rename(IngotException refusal)
    {
        string? param = refusal.Param switch
        {
            "messages" => "input",
            "max_tokens" => "max_output_tokens",
            "reasoning_effort" => "reasoning.effort",
            _ => refusal.Param,
        };
        return param == refusal.Param ? refusal : new IngotException(refusal.Code, refusal.Message, param, refusal);
    }

    private static ResponseObject ToResponse(CreateResponseRequest request, IReadOnlyList<ToolDefinition> tools, string id, long now, bool isKept) => new()
    {
        Id = id,
        CreatedAt = now,
        Status = "in_progress",
        Background = request.Background == true,
        Instructions = request.Instructions,
        MaxOutputTokens = request.MaxOutputTokens,
        MaxToolCalls = request.MaxToolCalls,
        Model = request.Model!,
        ParallelToolCalls = request.ParallelToolCalls ?? true,
        PreviousResponseId = request.PreviousResponseId,
        Conversation = request.Conversation,
        Temperature = request.Temperature ?? 1,
        TopP = request.TopP ?? 1,
        PresencePenalty = request.PresencePenalty ?? 0,
        FrequencyPenalty = request.FrequencyPenalty ?? 0,
        TopLogprobs = request.TopLogprobs ?? 0,
        Reasoning = new ResponseReasoning { Effort = request.Reasoning?.Effort, Summary = request.Reasoning?.Summary ?? request.Reasoning?.GenerateSummary },
        Store = isKept,
        Text = ResponseFormatMapper.ToWire(request.Text?.Format),
        ToolChoice = request.ToolChoice is { ValueKind: not JsonValueKind.Null } choice ? choice : Auto,
        Tools = ResponseToolMapper.ToWire(tools),
        Truncation = request.Truncation ?? "disabled",
        User = request.User,
        SafetyIdentifier = request.SafetyIdentifier,
        PromptCacheKey = request.PromptCacheKey,
        PromptCacheRetention = request.PromptCacheRetention,
        Metadata = request.Metadata ?? new Dictionary<string, string>(),
    };
}
