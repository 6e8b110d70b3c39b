using System.Text.Json;
using Ingot.Service.Chat;
using Microsoft.AI.Foundry.Local.OpenAI;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns the form asked for into that of a turn.</summary>
internal static class FormatMapper
{
    /// <summary>Maps it; null means text.</summary>
    /// <exception cref="FoundryLocalException">The type is not known, or what it needs is missing.</exception>
    public static ChatResponseFormat ToFormat(ResponseFormatExtended? format) => format?.Type switch
    {
        null when format is not null => throw new FoundryLocalException("Settings.ResponseFormat has no Type."),
        null or "text" => ChatResponseFormat.Text,
        "json_object" => ChatResponseFormat.JsonObject,
        "json_schema" => ChatResponseFormat.JsonSchema(JsonSerializer.SerializeToElement(
            format!.JsonSchema?.Schema ?? throw new FoundryLocalException("Settings.ResponseFormat is of type 'json_schema' but has no JsonSchema.Schema."),
            ObjectModelJson.Default.PropertyDefinition)),
        "lark_grammar" => ChatResponseFormat.LarkGrammar(
            format!.LarkGrammar ?? throw new FoundryLocalException("Settings.ResponseFormat is of type 'lark_grammar' but has no LarkGrammar.")),
        var other => throw new FoundryLocalException(
            $"Settings.ResponseFormat has the unknown type '{other}'; it must be text, json_object, json_schema or lark_grammar."),
    };
}
