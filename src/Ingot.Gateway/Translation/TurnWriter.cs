using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Service.Chat;

namespace Ingot.Gateway.Translation;

/// <summary>
/// Writes a turn as a request for a streamed chat completion. Only what every provider knows, and what the turn says: what a model
/// thought before is not told back, since most providers refuse that.
/// </summary>
internal static class TurnWriter
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = WireJson.MaxEventDepth };

    /// <summary>Writes it.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="model">What the provider calls the model.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/>: it wants what chat completions cannot say.</exception>
    public static ReadOnlyMemory<byte> Write(ChatTurn turn, string model)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body, Form);
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteStartArray("messages");
        foreach (TurnMessage message in turn.Messages)
            WriteMessage(json, message);
        json.WriteEndArray();
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
        WriteNumber(json, "temperature", turn.Sampling.Temperature);
        WriteNumber(json, "top_p", turn.Sampling.TopP);
        WriteNumber(json, "presence_penalty", turn.Sampling.PresencePenalty);
        WriteNumber(json, "frequency_penalty", turn.Sampling.FrequencyPenalty);
        if (turn.MaxTokens is { } most)
            json.WriteNumber("max_tokens", most);
        if (turn.ReasoningEffort is { } effort)
            json.WriteString("reasoning_effort", effort.ToString().ToLowerInvariant());
        if (turn.TopLogProbabilities is { } top)
        {
            json.WriteBoolean("logprobs", true);
            if (top > 0)
                json.WriteNumber("top_logprobs", top);
        }

        WriteTools(json, turn);
        WriteFormat(json, turn.ResponseFormat);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    private static void WriteMessage(Utf8JsonWriter json, TurnMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role", message.Role switch
        {
            TurnRole.System or TurnRole.Developer => "system",
            TurnRole.User => "user",
            TurnRole.Assistant => "assistant",
            _ => "tool",
        });
        json.WriteString("content", message.Text);
        if (message.ToolCallId is { } id)
            json.WriteString("tool_call_id", id);
        if (message.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (TurnToolCall call in message.ToolCalls)
            {
                json.WriteStartObject();
                json.WriteString("id", call.Id);
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", call.Name);
                json.WriteString("arguments", call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, ChatTurn turn)
    {
        if (turn.Tools.Count == 0)
            return;
        json.WriteStartArray("tools");
        foreach (ToolDefinition tool in turn.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            if (tool.Description is { } description)
                json.WriteString("description", description);
            if (tool.Parameters is { } parameters)
            {
                json.WritePropertyName("parameters");
                parameters.WriteTo(json);
            }

            if (tool.IsStrict)
                json.WriteBoolean("strict", true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteChoice(json, turn.ToolChoice);
        if (!turn.ParallelToolCalls)
            json.WriteBoolean("parallel_tool_calls", false);
    }

    private static void WriteChoice(Utf8JsonWriter json, ToolChoice choice)
    {
        if (choice.AllowedNames is not null)
            throw new IngotException(ErrorCode.UnsupportedValue, "Unsupported value: 'tool_choice' of type 'allowed_tools' cannot be handed on to this model's provider.", "tool_choice");
        if (choice.Kind != ToolChoiceKind.Named)
        {
            json.WriteString("tool_choice", choice.Kind.ToString().ToLowerInvariant());
            return;
        }

        json.WriteStartObject("tool_choice");
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", choice.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormat format)
    {
        if (format.Kind == ChatResponseFormatKind.Text)
            return;
        if (format.Kind == ChatResponseFormatKind.LarkGrammar)
            throw new IngotException(ErrorCode.UnsupportedValue, "Unsupported value: a grammar cannot be handed on to this model's provider.", format.Field);
        json.WriteStartObject("response_format");
        json.WriteString("type", format.Kind == ChatResponseFormatKind.JsonObject ? "json_object" : "json_schema");
        if (format.Schema is { } schema)
        {
            json.WriteStartObject("json_schema");
            json.WriteString("name", "answer");
            json.WritePropertyName("schema");
            schema.WriteTo(json);
            json.WriteBoolean("strict", true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }
}
