using Ingot.Errors;
using Ingot.Text.Templates;

namespace Ingot.Service.Chat.Prompts;

/// <summary>Where a template looks for the functions to show.</summary>
internal enum ToolPlace
{
    /// <summary>It shows none.</summary>
    Nowhere,

    /// <summary>In the variable <c>tools</c>.</summary>
    Variable,

    /// <summary>In the field <c>tools</c> of a system message, as text.</summary>
    SystemMessage,
}

/// <summary>How a template wants the calls of an earlier answer.</summary>
/// <param name="AsText">Whether arguments are JSON text; false: an object.</param>
/// <param name="WithoutContent">Whether content must be absent for the calls to be seen.</param>
internal sealed record CallStyle(bool AsText, bool WithoutContent);

/// <summary>What a chat template does with functions, calls and their results, found out by letting it write some.</summary>
/// <param name="Tools">Where it looks for functions.</param>
/// <param name="Calls">How it wants earlier calls; null where it shows none.</param>
/// <param name="TakesResults">Whether it shows messages with the result of a call.</param>
/// <param name="TakesSystem">Whether it shows messages of the system.</param>
internal sealed record TemplateTraits(ToolPlace Tools, CallStyle? Calls, bool TakesResults, bool TakesSystem)
{
    // Words that come from nowhere else, so that finding one tells that it was shown.
    private const string Tool = "listed_function";
    private const string Argument = "given_argument";
    private const string Result = "result_of_the_call";
    private const string Order = "words_of_the_system";
    private const string Id = "a1B2c3D4e";

    private static readonly TemplateValue UserMessage = Message("user", TemplateValue.Trusted("question"));

    private static readonly CallStyle[] Styles = [new(false, false), new(false, true), new(true, false), new(true, true)];

    /// <summary>Finds out what a template does.</summary>
    /// <param name="template">The template.</param>
    public static TemplateTraits Of(ChatTemplate template)
    {
        var calls = Styles.FirstOrDefault(style => ShowsCalls(template, style));
        var places = new[] { ToolPlace.Variable, ToolPlace.SystemMessage };
        return new TemplateTraits(
            places.FirstOrDefault(place => ShowsTools(template, place)),
            calls,
            calls is not null && Shows(template, Result, Conversation(calls)),
            Shows(template, Order, [Message("system", TemplateValue.Trusted(Order)), UserMessage]));
    }

    private static bool ShowsTools(ChatTemplate template, ToolPlace place) => place == ToolPlace.Variable
        ? Shows(template, Tool, [UserMessage], withTools: true)
        : Shows(template, Tool, [Message("system", TemplateValue.Trusted(""), ("tools", TemplateValue.Trusted(Tool))), UserMessage]);

    // An object that a template takes for text shows as Python writes it; text that it takes for an object is quoted twice.
    private static bool ShowsCalls(ChatTemplate template, CallStyle style)
    {
        var text = Render(template, Conversation(style)) ?? "";
        var at = text.IndexOf(Argument, StringComparison.Ordinal);
        return at > 0 && text[at - 1] is not ('\'' or '\\');
    }

    private static TemplateValue[] Conversation(CallStyle style)
    {
        var arguments = TemplateValue.Dictionary([new(Argument, TemplateValue.Trusted("value"))]);
        var call = TemplateValue.Dictionary(
        [
            new("id", TemplateValue.Trusted(Id)),
            new("type", TemplateValue.Trusted("function")),
            new("function", TemplateValue.Dictionary(
            [
                new("name", TemplateValue.Trusted("called")),
                new("arguments", style.AsText ? TemplateValue.Trusted($$"""{"{{Argument}}": "value"}""") : arguments),
            ])),
        ]);
        var content = style.WithoutContent ? TemplateValue.None : TemplateValue.Trusted("");
        return
        [
            UserMessage, Message("assistant", content, ("tool_calls", TemplateValue.List([call]))),
            Message("tool", TemplateValue.Trusted(Result), ("tool_call_id", TemplateValue.Trusted(Id)), ("name", TemplateValue.Trusted("called"))),
        ];
    }

    private static bool Shows(ChatTemplate template, string word, IEnumerable<TemplateValue> messages, bool withTools = false) =>
        Render(template, messages, withTools)?.Contains(word, StringComparison.Ordinal) == true;

    private static string? Render(ChatTemplate template, IEnumerable<TemplateValue> messages, bool withTools = false)
    {
        var variables = new Dictionary<string, TemplateValue>(StringComparer.Ordinal)
        {
            ["messages"] = TemplateValue.List(messages),
            ["add_generation_prompt"] = TemplateValue.From(true),
            ["bos_token"] = TemplateValue.Trusted(""),
            ["eos_token"] = TemplateValue.Trusted(""),
        };
        if (withTools)
            variables["tools"] = TemplateValue.List([Function()]);
        try
        {
            return template.Render(variables).Text;
        }
        catch (IngotException refusal) when (refusal.Code == ErrorCode.TemplateFailed)
        {
            return null;
        }
    }

    private static TemplateValue Function() => TemplateValue.Dictionary(
    [
        new("type", TemplateValue.Trusted("function")),
        new("function", TemplateValue.Dictionary(
        [
            new("name", TemplateValue.Trusted(Tool)),
            new("description", TemplateValue.Trusted("what it does")),
            new("parameters", TemplateValue.Dictionary(
            [
                new("type", TemplateValue.Trusted("object")),
                new("properties", TemplateValue.Dictionary([new("name", TemplateValue.Dictionary([new("type", TemplateValue.Trusted("string"))]))])),
                new("required", TemplateValue.List([])),
            ])),
        ])),
    ]);

    private static TemplateValue Message(string role, TemplateValue content, params (string Name, TemplateValue Value)[] more) =>
        TemplateValue.Dictionary([new("role", TemplateValue.Trusted(role)), new("content", content), .. more.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
}
