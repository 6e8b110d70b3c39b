using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Server.Mapping;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>Maps a response's tools and the choice among them.</summary>
internal static class ResponseToolMapper
{
    /// <summary>Maps the declared functions.</summary>
    public static IReadOnlyList<ToolDefinition> ToDefinitions(IReadOnlyList<ResponseTool?>? tools)
    {
        IReadOnlyList<ToolDefinition> definitions = [.. (tools ?? []).Select((tool, index) => ToDefinition(tool, $"tools[{index}]"))];
        if (definitions.GroupBy(definition => definition.Name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw ChatMapper.Invalid("tools", $"names the function '{repeated.Key}' twice");
        return definitions;
    }

    /// <summary>Maps the choice: <c>auto</c> when nothing is said; without tools there is nothing to choose.</summary>
    public static ToolChoice ToChoice(JsonElement? choice, IReadOnlyList<ToolDefinition> tools)
    {
        ToolChoice mapped = choice is { ValueKind: not JsonValueKind.Null } value ? ToChoice(value, tools) : ToolChoice.Auto;
        if (tools.Count > 0)
            return mapped;
        return mapped.Kind is ToolChoiceKind.Auto or ToolChoiceKind.None ? ToolChoice.None : throw ChatMapper.Invalid("tool_choice", "needs 'tools'");
    }

    /// <summary>The functions as a response tells them back.</summary>
    public static IReadOnlyList<FunctionTool> ToWire(IReadOnlyList<ToolDefinition> tools) =>
        [.. tools.Select(tool => new FunctionTool(tool.Name, tool.Description, tool.Parameters, tool.IsStrict))];

    private static ToolDefinition ToDefinition(ResponseTool? tool, string path)
    {
        if (tool is null)
            throw ChatMapper.Invalid(path, "must be an object");
        if (tool.Type is null)
            throw ChatMapper.Missing($"{path}.type");
        if (tool.Others?.Keys.FirstOrDefault() is { } foreign)
            throw new IngotException(ErrorCode.UnknownParameter, $"Unknown parameter: '{path}.{foreign}'.", $"{path}.{foreign}");
        string name = tool.Name ?? throw ChatMapper.Missing($"{path}.name");
        JsonElement? parameters = tool.Parameters is { ValueKind: not JsonValueKind.Null } given ? given : null;
        if (parameters is { ValueKind: not JsonValueKind.Object })
            throw ChatMapper.Invalid($"{path}.parameters", "must be a JSON Schema object");
        if (tool.Strict == true && parameters is { } schema)
            StrictSchema.Check(schema, $"function '{name}'", $"{path}.parameters");
        return new ToolDefinition(name, tool.Description, parameters, tool.Strict == true, $"{path}.parameters");
    }

    private static ToolChoice ToChoice(JsonElement value, IReadOnlyList<ToolDefinition> tools) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is "auto" => ToolChoice.Auto,
        JsonValueKind.String when value.GetString() is "none" => ToolChoice.None,
        JsonValueKind.String when value.GetString() is "required" => ToolChoice.Required,
        JsonValueKind.Object => ToolMapper.TextOf(value, "type", "tool_choice") switch
        {
            "function" => ToolChoice.Named(ToolMapper.ChosenName(value, "tool_choice", tools)),
            "allowed_tools" => ToolMapper.ToAllowed(value, "tool_choice", tools),
            string other => throw ChatMapper.Unsupported("tool_choice", $"a choice of type '{other}' is not done; 'function' and 'allowed_tools' are"),
        },
        _ => throw ChatMapper.Invalid("tool_choice", "must be 'none', 'auto', 'required' or an object that names a function"),
    };
}
