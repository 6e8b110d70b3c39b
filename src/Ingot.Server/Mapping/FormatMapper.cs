using System.Text.Json;
using System.Text.RegularExpressions;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps the form an answer is to have.</summary>
internal static partial class FormatMapper
{
    /// <summary>Maps it; absent means text.</summary>
    public static ChatResponseFormat ToFormat(ResponseFormat? format) => format?.Type switch
    {
        null when format is not null => throw ChatMapper.Missing("response_format.type"),
        null or "text" => ChatResponseFormat.Text,
        "json_object" => ChatResponseFormat.JsonObject,
        "json_schema" when format!.JsonSchema is { ValueKind: not JsonValueKind.Null } holder => ToSchema(holder, "response_format.json_schema"),
        "json_schema" => throw ChatMapper.Missing("response_format.json_schema"),
        "lark_grammar" when format!.LarkGrammar is { } grammar => ChatResponseFormat.LarkGrammar(grammar),
        "lark_grammar" => throw ChatMapper.Missing("response_format.lark_grammar"),
        _ => throw ChatMapper.Invalid("response_format.type", "must be 'text', 'json_object', 'json_schema' or 'lark_grammar'"),
    };

    /// <summary>Maps an object with a name, a schema and whether it is strict.</summary>
    /// <param name="holder">The object.</param>
    /// <param name="path">The request's field that holds it.</param>
    public static ChatResponseFormat ToSchema(JsonElement holder, string path)
    {
        if (holder.ValueKind != JsonValueKind.Object)
            throw ChatMapper.Invalid(path, "must be an object");
        if (!holder.TryGetProperty("name", out JsonElement name) || name.ValueKind == JsonValueKind.Null)
            throw ChatMapper.Missing($"{path}.name");
        if (name.ValueKind != JsonValueKind.String || !SchemaName().IsMatch(name.GetString()!))
            throw ChatMapper.Invalid($"{path}.name", "must be 1 to 64 letters, digits, underscores or dashes");
        bool isStrict = holder.TryGetProperty("strict", out JsonElement strict) && strict.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw ChatMapper.Invalid($"{path}.strict", "must be true or false"),
        };
        if (!holder.TryGetProperty("schema", out JsonElement schema) || schema.ValueKind == JsonValueKind.Null)
            throw ChatMapper.Missing($"{path}.schema");
        if (schema.ValueKind != JsonValueKind.Object)
            throw ChatMapper.Invalid($"{path}.schema", "must be a JSON Schema object");
        if (isStrict)
            StrictSchema.Check(schema, $"response_format '{name.GetString()}'", $"{path}.schema");
        return ChatResponseFormat.JsonSchema(schema, $"{path}.schema");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex SchemaName();
}
