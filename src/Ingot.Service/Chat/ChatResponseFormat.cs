using System.Text.Json;

namespace Ingot.Service.Chat;

/// <summary>The form an answer must have; it is enforced while the answer is made.</summary>
public sealed record ChatResponseFormat
{
    private ChatResponseFormat(ChatResponseFormatKind kind) => Kind = kind;

    /// <summary>Free text.</summary>
    public static ChatResponseFormat Text { get; } = new(ChatResponseFormatKind.Text);

    /// <summary>Any JSON object.</summary>
    public static ChatResponseFormat JsonObject { get; } = new(ChatResponseFormatKind.JsonObject);

    /// <summary>Which form it is.</summary>
    public ChatResponseFormatKind Kind { get; }

    /// <summary>The JSON Schema, with <see cref="ChatResponseFormatKind.JsonSchema"/> only; else null.</summary>
    public JsonElement? Schema { get; private init; }

    /// <summary>The grammar's text, with <see cref="ChatResponseFormatKind.LarkGrammar"/> only; else null.</summary>
    public string? Grammar { get; private init; }

    /// <summary>The request's field that holds the schema or grammar, for errors; null where there is none.</summary>
    public string? Field { get; private init; }

    /// <summary>JSON that satisfies a schema.</summary>
    /// <param name="schema">The schema; must outlive the turn.</param>
    /// <param name="field">The request's field that holds it, for errors.</param>
    public static ChatResponseFormat JsonSchema(JsonElement schema, string field = "response_format.json_schema.schema") =>
        new(ChatResponseFormatKind.JsonSchema) { Schema = schema, Field = field };

    /// <summary>Text by a Lark grammar.</summary>
    /// <param name="grammar">The grammar's text.</param>
    /// <param name="field">The request's field that holds it, for errors.</param>
    public static ChatResponseFormat LarkGrammar(string grammar, string field = "response_format.lark_grammar") =>
        new(ChatResponseFormatKind.LarkGrammar) { Grammar = grammar, Field = field };
}

/// <summary>The kinds of <see cref="ChatResponseFormat"/>.</summary>
public enum ChatResponseFormatKind
{
    /// <summary>Free text.</summary>
    Text,

    /// <summary>Any JSON object.</summary>
    JsonObject,

    /// <summary>JSON by a schema.</summary>
    JsonSchema,

    /// <summary>Text by a Lark grammar.</summary>
    LarkGrammar,
}
