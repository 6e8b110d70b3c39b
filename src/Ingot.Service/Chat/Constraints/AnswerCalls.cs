using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema;

namespace Ingot.Service.Chat.Constraints;

/// <summary>A function and the grammar of its arguments.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">What its arguments may be.</param>
/// <param name="IsStrict">Whether they may be nothing else.</param>
internal sealed record CallForm(string Name, Grammar Arguments, bool IsStrict);

/// <summary>Which functions an answer may call, and with what.</summary>
internal static class AnswerCalls
{
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","additionalProperties":false}""");

    private static readonly JsonElement NoRules = JsonElement.Parse("""{"type":"object"}""");

    /// <summary>The functions that the turn lets the model call.</summary>
    public static IReadOnlyList<ToolDefinition> Callable(ChatTurn turn)
    {
        var choice = turn.ToolChoice;
        return choice.Kind switch
        {
            ToolChoiceKind.None => [],
            ToolChoiceKind.Named => [.. turn.Tools.Where(tool => tool.Name == choice.Name)],
            _ => [.. turn.Tools.Where(tool => choice.AllowedNames?.Contains(tool.Name) != false)],
        };
    }

    /// <summary>Compiles the functions' arguments.</summary>
    /// <exception cref="IngotException">A schema is wrong, or is to be enforced and cannot be.</exception>
    public static IReadOnlyList<CallForm> Compile(ChatTurn turn) =>
        [.. Callable(turn).Select(tool => new CallForm(tool.Name, Compile(tool), tool.IsStrict))];

    private static Grammar Compile(ToolDefinition tool)
    {
        if (tool.Parameters is not { ValueKind: not JsonValueKind.Null } parameters)
            return tool.IsStrict ? JsonSchemaGrammar.Compile(NoParameters) : JsonSchemaGrammar.AnyObject();
        try
        {
            return JsonSchemaGrammar.Compile(OfObjects(parameters));
        }
        catch (IngotException refusal) when (tool.IsStrict || refusal.Code != ErrorCode.UnsupportedValue)
        {
            var field = tool.Field ?? $"tools[{tool.Name}].parameters";
            throw new IngotException(refusal.Code, $"Invalid schema for function '{tool.Name}' in '{field}': {refusal.Message}", field, refusal);
        }
        catch (IngotException)
        {
            // Not strict: what the schema asks for beyond JSON is the model's to follow.
            return JsonSchemaGrammar.AnyObject();
        }
    }

    // Arguments are an object whatever the schema leaves open.
    private static JsonElement OfObjects(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
            return parameters.ValueKind == JsonValueKind.True ? NoRules : parameters;
        if (parameters.TryGetProperty("type", out var type))
        {
            return type.ValueKind == JsonValueKind.String && type.GetString() == "object"
                ? parameters
                : throw new IngotException(ErrorCode.InvalidValue, "The schema is invalid at '#/type': arguments are of type 'object'.", "#/type");
        }

        var isEmpty = !parameters.EnumerateObject().Any();
        return isEmpty ? NoRules : JsonElement.Parse($"{{\"type\":\"object\",{parameters.GetRawText().AsSpan().TrimStart()[1..]}");
    }
}
