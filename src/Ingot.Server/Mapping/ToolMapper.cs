using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps declared tools and the choice among them, in their present and their older form.</summary>
internal static class ToolMapper
{
    /// <summary>Whether the answer is to have the older form: one call, in <c>function_call</c>.</summary>
    public static bool IsOlderForm(ChatCompletionRequest request) => request.Functions is { Count: > 0 };

    /// <summary>Maps the declared functions.</summary>
    public static IReadOnlyList<ToolDefinition> ToDefinitions(ChatCompletionRequest request)
    {
        if (request.Tools is { Count: > 0 } && IsOlderForm(request))
            throw ChatMapper.Invalid("functions", "must not be given together with 'tools'");

        string param = IsOlderForm(request) ? "functions" : "tools";
        List<ToolDefinition> definitions = [];
        if (request.Tools is { } tools)
            definitions.AddRange(tools.Select((tool, index) => ToDefinition(tool, $"tools[{index}]")));
        if (request.Functions is { } functions)
            definitions.AddRange(functions.Select((function, index) => ToDefinition(function, $"functions[{index}]")));

        if (definitions.GroupBy(definition => definition.Name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw ChatMapper.Invalid(param, $"names the function '{repeated.Key}' twice");
        return definitions;
    }

    /// <summary>Maps the choice: <c>auto</c> when there are tools and nothing is said, <c>none</c> when there are none.</summary>
    public static ToolChoice ToChoice(ChatCompletionRequest request, IReadOnlyList<ToolDefinition> tools)
    {
        JsonElement? choice = Given(request.ToolChoice);
        JsonElement? olderChoice = Given(request.FunctionCall);
        if (choice is not null && olderChoice is not null)
            throw ChatMapper.Invalid("function_call", "must not be given together with 'tool_choice'");
        ToolChoice? mapped = choice is { } value ? ToChoice(value, tools) : olderChoice is { } older ? ToOlderChoice(older, tools) : null;
        if (tools.Count == 0 && mapped is not null && mapped != ToolChoice.None)
            throw choice is null ? NeedsTools("function_call", "functions") : NeedsTools("tool_choice", "tools");
        return mapped ?? (tools.Count > 0 ? ToolChoice.Auto : ToolChoice.None);
    }

    /// <summary>Maps whether one answer may make several calls; in the older form it never may.</summary>
    public static bool ToParallel(ChatCompletionRequest request, IReadOnlyList<ToolDefinition> tools)
    {
        if (request.ParallelToolCalls is not null && (tools.Count == 0 || IsOlderForm(request)))
            throw NeedsTools("parallel_tool_calls", "tools");
        return (request.ParallelToolCalls ?? true) && !IsOlderForm(request);
    }

    private static IngotException NeedsTools(string param, string needed) => ChatMapper.Invalid(param, $"is only allowed when '{needed}' are given");

    private static JsonElement? Given(JsonElement? value) => value is { ValueKind: not JsonValueKind.Null } ? value : null;

    private static ToolChoice ToChoice(JsonElement value, IReadOnlyList<ToolDefinition> tools) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is "auto" => ToolChoice.Auto,
        JsonValueKind.String when value.GetString() is "none" => ToolChoice.None,
        JsonValueKind.String when value.GetString() is "required" => ToolChoice.Required,
        JsonValueKind.Object => TextOf(value, "type", "tool_choice") switch
        {
            "function" when value.TryGetProperty("function", out JsonElement function) && function.ValueKind == JsonValueKind.Object =>
                ToolChoice.Named(ChosenName(function, "tool_choice.function", tools)),
            "function" => throw ChatMapper.Missing("tool_choice.function"),
            "allowed_tools" when value.TryGetProperty("allowed_tools", out JsonElement allowed) && allowed.ValueKind == JsonValueKind.Object =>
                ToAllowed(allowed, "tool_choice.allowed_tools", tools),
            "allowed_tools" => throw ChatMapper.Missing("tool_choice.allowed_tools"),
            string other => throw ChatMapper.Unsupported("tool_choice", $"a choice of type '{other}' is not done; 'function' and 'allowed_tools' are"),
        },
        _ => throw ChatMapper.Invalid("tool_choice", "must be 'none', 'auto', 'required' or an object that names a function"),
    };

    private static ToolChoice ToOlderChoice(JsonElement value, IReadOnlyList<ToolDefinition> tools)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when value.GetString() is "auto":
                return ToolChoice.Auto;
            case JsonValueKind.String when value.GetString() is "none":
                return ToolChoice.None;
            case JsonValueKind.Object:
                return ToolChoice.Named(ChosenName(value, "function_call", tools));
            default:
                throw ChatMapper.Invalid("function_call", "must be 'none', 'auto' or an object that names a function");
        }
    }

    /// <summary>Maps a choice among a part of the tools.</summary>
    internal static ToolChoice ToAllowed(JsonElement allowed, string path, IReadOnlyList<ToolDefinition> tools)
    {
        bool isRequired = TextOf(allowed, "mode", path) switch
        {
            "auto" => false,
            "required" => true,
            _ => throw ChatMapper.Invalid($"{path}.mode", "must be 'auto' or 'required'"),
        };
        if (!allowed.TryGetProperty("tools", out JsonElement chosen) || chosen.ValueKind != JsonValueKind.Array || chosen.GetArrayLength() == 0)
            throw ChatMapper.Invalid($"{path}.tools", "must name at least one function");
        List<string> names = [];
        foreach ((int index, JsonElement tool) in chosen.EnumerateArray().Index())
        {
            string at = $"{path}.tools[{index}]";
            if (tool.ValueKind != JsonValueKind.Object || TextOf(tool, "type", at) != "function")
                throw ChatMapper.Unsupported(at, "only tools of type 'function' are done");
            bool isNested = tool.TryGetProperty("function", out JsonElement function) && function.ValueKind == JsonValueKind.Object;
            names.Add(ChosenName(isNested ? function : tool, isNested ? $"{at}.function" : at, tools));
        }

        return ToolChoice.Allowed(names, isRequired);
    }

    /// <summary>The name in an object that names one of the tools.</summary>
    internal static string ChosenName(JsonElement holder, string path, IReadOnlyList<ToolDefinition> tools)
    {
        string name = TextOf(holder, "name", path);
        return tools.Any(tool => tool.Name == name) ? name : throw ChatMapper.Invalid($"{path}.name", $"names '{name}', which is not among the functions given");
    }

    /// <summary>A text that an object must have.</summary>
    internal static string TextOf(JsonElement holder, string field, string path)
    {
        if (!holder.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            throw ChatMapper.Missing($"{path}.{field}");
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw ChatMapper.Invalid($"{path}.{field}", "must be a string");
    }

    private static ToolDefinition ToDefinition(Tool? tool, string path)
    {
        if (tool is null)
            throw ChatMapper.Invalid(path, "must be an object");
        return ToDefinition(tool.Function ?? throw ChatMapper.Missing($"{path}.function"), $"{path}.function");
    }

    private static ToolDefinition ToDefinition(FunctionDefinition? function, string path)
    {
        if (function is null)
            throw ChatMapper.Invalid(path, "must be an object");
        string name = function.Name ?? throw ChatMapper.Missing($"{path}.name");
        if (function.Parameters is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
            throw ChatMapper.Invalid($"{path}.parameters", "must be a JSON Schema object");
        JsonElement? parameters = Given(function.Parameters);
        if (function.Strict == true && parameters is { } schema)
            StrictSchema.Check(schema, $"function '{name}'", $"{path}.parameters");
        return new ToolDefinition(name, function.Description, parameters, function.Strict == true, $"{path}.parameters");
    }
}
