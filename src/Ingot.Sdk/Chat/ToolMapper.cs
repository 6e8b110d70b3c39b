using System.Text.Json;
using System.Text.Json.Nodes;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Declared = Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ToolDefinition;
using TurnChoice = Ingot.Service.Chat.ToolChoice;
using TurnTool = Ingot.Service.Chat.ToolDefinition;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns declared tools, and whether one is to be called, into those of a turn.</summary>
internal static class ToolMapper
{
    /// <summary>Maps the tools; null means none.</summary>
    /// <exception cref="FoundryLocalException">A tool is no function, or two have one name.</exception>
    public static IReadOnlyList<TurnTool> ToTools(IEnumerable<Declared>? tools)
    {
        TurnTool[] mapped = tools is null ? [] : [.. tools.Select((tool, index) => ToTool(tool, $"tools[{index}]"))];
        if (mapped.GroupBy(tool => tool.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw new FoundryLocalException($"The tools name the function '{repeated.Key}' twice.");
        return mapped;
    }

    /// <summary>Maps the choice; null lets the model decide.</summary>
    /// <exception cref="FoundryLocalException">The choice is not known, or names a function that is not given.</exception>
    public static TurnChoice ToChoice(ToolChoice? choice, IReadOnlyList<TurnTool> tools)
    {
        switch (choice?.Type)
        {
            case null or "auto":
                return TurnChoice.Auto;
            case "none":
                return TurnChoice.None;
            case "required":
                return tools.Count > 0
                    ? TurnChoice.Required
                    : throw new FoundryLocalException("Settings.ToolChoice requires a call, but no tools were given: pass them to CompleteChatAsync or CompleteChatStreamingAsync.");
            case "function":
                string? name = choice.Function?.Name;
                return tools.Any(tool => tool.Name == name)
                    ? TurnChoice.Named(name!)
                    : throw new FoundryLocalException($"Settings.ToolChoice names the function '{name}', which is not among the tools given.");
            default:
                throw new FoundryLocalException($"Settings.ToolChoice has the unknown type '{choice.Type}'; it must be none, auto, required or function.");
        }
    }

    private static TurnTool ToTool(Declared? tool, string path)
    {
        if (tool is null)
            throw new FoundryLocalException($"{path} is null.");
        if (tool.Type is not ("function" or ""))
            throw new FoundryLocalException($"{path} is of type '{tool.Type}'; only functions are done here.");
        if (tool.Function is not null && tool.FunctionsAsObject is not null)
            throw new FoundryLocalException($"{path} has both Function and FunctionsAsObject; set one of them.");
        JsonElement function = tool.Function is { } typed
            ? JsonSerializer.SerializeToElement(typed, ObjectModelJson.Default.FunctionDefinition)
            : ToJson(tool.FunctionsAsObject, path);
        if (function.ValueKind != JsonValueKind.Object || Text(function, "name") is not { Length: > 0 } name)
            throw new FoundryLocalException($"{path} has no function with a name.");
        JsonElement? parameters = function.TryGetProperty("parameters", out JsonElement schema) && schema.ValueKind != JsonValueKind.Null ? schema : null;
        bool isStrict = tool.Strict == true || (function.TryGetProperty("strict", out JsonElement strict) && strict.ValueKind == JsonValueKind.True);
        return new TurnTool(name, Text(function, "description"), parameters, isStrict, $"{path}.function.parameters");
    }

    private static string? Text(JsonElement holder, string field) =>
        holder.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement ToJson(object? given, string path)
    {
        string? text = given switch
        {
            JsonElement element => element.GetRawText(),
            JsonNode node => node.ToJsonString(),
            string written => written,
            null => throw new FoundryLocalException($"{path} has no function."),
            _ => throw new FoundryLocalException($"{path}.FunctionsAsObject is a {given.GetType().Name}; it must be a JsonElement, a JsonNode or JSON text."),
        };
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException mistake)
        {
            throw new FoundryLocalException($"{path}.FunctionsAsObject is not JSON: {mistake.Message}", mistake);
        }
    }
}
