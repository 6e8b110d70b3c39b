using Ingot.Service.Chat;
using Ingot.Service.Chat.Calls;

namespace Ingot.Service.Tests.Chat.Calls;

/// <summary>What the tests of all call formats share.</summary>
internal static class FormatCases
{
    public static readonly TurnToolCall Weather = new("", "get_weather", """{"city": "Rome", "days": 3}""");

    public static readonly TurnToolCall Note = new("", "add-note", """{"text": "a \"}] <b> \\ {[\n é", "tags": ["x", {"y": null}]}""");

    public static readonly TurnToolCall Stop = new("", "stop.all", "{}");

    public static TheoryData<string> Names => [.. CallFormats.All.Select(format => format.Name)];

    public static CallFormat Of(string name) => CallFormats.All.Single(format => format.Name == name);

    public static bool IsParallel(CallFormat format) => !format.IsSingle;

    /// <summary>The functions of the calls above, with all that formats without JSON must know.</summary>
    public static IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        Tool("get_weather", """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"],"additionalProperties":false}"""),
        Tool("add-note", """{"type":"object","properties":{"text":{"type":"string"},"tags":{"type":"array"}},"required":["text","tags"],"additionalProperties":false}"""),
        Tool("stop.all", """{"type":"object","properties":{},"additionalProperties":false}"""),
    ];

    public static CallTargets Targets(CallFormat format) => CallTargets.Of(Tools, format);

    /// <summary>A template with a family's signs, that shows functions, calls and results.</summary>
    public static string Template(CallFormat format) => TinyModel.Template.Replace(
        "<|im_end|>{% endfor %}",
        $$"""<|im_end|>{% endfor %}{# {{string.Join(' ', format.Signs)}} #}""",
        StringComparison.Ordinal) + (format.Preface.Length > 0 ? format.Markers[0] : "");

    private static ToolDefinition Tool(string name, string schema) => new(name, null, System.Text.Json.JsonElement.Parse(schema));
}
