using System.Text.Json;
using Ingot.Protocol.Responses;
using Ingot.Server.Mapping;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>Maps the form a response's text is to have.</summary>
internal static class ResponseFormatMapper
{
    private const string Path = "text.format";

    /// <summary>Maps it; absent means free text.</summary>
    public static ChatResponseFormat ToFormat(ResponseTextFormat? format) => format?.Type switch
    {
        null when format is not null => throw ChatMapper.Missing($"{Path}.type"),
        null or "text" => ChatResponseFormat.Text,
        "json_object" => ChatResponseFormat.JsonObject,
        "json_schema" => ToSchema(format!),
        "lark_grammar" => ChatResponseFormat.LarkGrammar(format!.LarkGrammar ?? throw ChatMapper.Missing($"{Path}.lark_grammar"), $"{Path}.lark_grammar"),
        _ => throw ChatMapper.Unreachable($"{Path}.type", format.Type),
    };

    /// <summary>The form as a response tells it back.</summary>
    public static ResponseTextEcho ToWire(ResponseTextFormat? format) =>
        new(format?.Type == "json_schema" ? format with { Strict = format.Strict ?? false } : format ?? new ResponseTextFormat { Type = "text" });

    private static ChatResponseFormat ToSchema(ResponseTextFormat format)
    {
        string name = format.Name ?? throw ChatMapper.Missing($"{Path}.name");
        if (format.Schema is not { ValueKind: not JsonValueKind.Null } schema)
            throw ChatMapper.Missing($"{Path}.schema");
        if (schema.ValueKind != JsonValueKind.Object)
            throw ChatMapper.Invalid($"{Path}.schema", "must be a JSON Schema object");
        if (format.Strict == true)
            StrictSchema.Check(schema, $"text format '{name}'", $"{Path}.schema");
        return ChatResponseFormat.JsonSchema(schema, $"{Path}.schema");
    }
}
