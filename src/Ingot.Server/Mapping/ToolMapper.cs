using System.Text.Json;
using System.Text.RegularExpressions;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps declared tools and the choice among them, in their present and their older form.</summary>
internal static partial class ToolMapper
{
    private const int MaxTools = 128;

    /// <summary>Maps the declared functions.</summary>
    public static IReadOnlyList<ToolDefinition> ToDefinitions(ChatCompletionRequest request)
    {
        if (request.Tools is { Count: > 0 } && request.Functions is { Count: > 0 })
            throw ChatMapper.Invalid("functions", "must not be given together with 'tools'");

        List<ToolDefinition> definitions = [];
        if (request.Tools is { } tools)
            definitions.AddRange(tools.Select((tool, index) => ToDefinition(tool, $"tools[{index}]")));
        if (request.Functions is { } functions)
            definitions.AddRange(functions.Select((function, index) => ToDefinition(function, $"functions[{index}]")));

        if (definitions.Count > MaxTools)
            throw ChatMapper.Invalid("tools", $"may hold at most {MaxTools} tools");
        if (definitions.GroupBy(definition => definition.Name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw ChatMapper.Invalid("tools", $"names the function '{repeated.Key}' twice");
        return definitions;
    }

    /// <summary>Maps the choice: <c>auto</c> when there are tools and nothing is said, <c>none</c> when there are none.</summary>
    public static ToolChoice ToChoice(ChatCompletionRequest request, IReadOnlyList<ToolDefinition> tools)
    {
        (string param, JsonElement? given) = request.ToolChoice is { ValueKind: not JsonValueKind.Null } choice
            ? ("tool_choice", choice)
            : ("function_call", request.FunctionCall);
        if (given is not { } value || value.ValueKind == JsonValueKind.Null)
            return tools.Count > 0 ? ToolChoice.Auto : ToolChoice.None;

        ToolChoice mapped = value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is "auto" => ToolChoice.Auto,
            JsonValueKind.String when value.GetString() is "none" => ToolChoice.None,
            JsonValueKind.String when value.GetString() is "required" && param == "tool_choice" => ToolChoice.Required,
            JsonValueKind.Object => ToolChoice.Named(ChosenName(value, param, tools)),
            _ => throw ChatMapper.Invalid(param, "must be 'none', 'auto', 'required' or an object that names a function"),
        };
        if (tools.Count == 0 && mapped != ToolChoice.None)
            throw ChatMapper.Invalid(param, "is only allowed when 'tools' are given");
        return mapped;
    }

    private static ToolDefinition ToDefinition(Tool? tool, string path)
    {
        if (tool?.Type is not ("function" or null))
            throw ChatMapper.Unsupported($"{path}.type", $"tools of type '{tool?.Type}' are not done; 'function' is");
        return ToDefinition(tool?.Function ?? throw ChatMapper.Missing($"{path}.function"), $"{path}.function");
    }

    private static ToolDefinition ToDefinition(FunctionDefinition function, string path)
    {
        string name = function.Name ?? throw ChatMapper.Missing($"{path}.name");
        if (!FunctionName().IsMatch(name))
            throw ChatMapper.Invalid($"{path}.name", "must be 1 to 64 letters, digits, underscores or dashes");
        if (function.Strict == true)
            throw ChatMapper.Unsupported($"{path}.strict", "arguments are not enforced by this service");
        if (function.Parameters is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
            throw ChatMapper.Invalid($"{path}.parameters", "must be a JSON Schema object");
        return new ToolDefinition(name, function.Description, function.Parameters);
    }

    private static string ChosenName(JsonElement choice, string param, IReadOnlyList<ToolDefinition> tools)
    {
        JsonElement holder = choice.TryGetProperty("function", out JsonElement function) ? function : choice;
        if (holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String)
            throw ChatMapper.Missing($"{param}.function.name");
        string text = name.GetString()!;
        return tools.Any(tool => tool.Name == text) ? text : throw ChatMapper.Invalid($"{param}.function.name", $"names '{text}', which is not among the tools");
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex FunctionName();
}
