using System.Text.Json;
using Ingot.Service.Chat;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Tests.Chat.Calls;

namespace Ingot.Service.Tests.Chat.Prompts;

/// <summary>What models are told whose template says nothing of functions, calls or results.</summary>
public sealed class ToolPromptTests
{
    private const string Plain = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}";

    private const string WithoutSystem = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}<{{ m.role }}>{{ m.content }}\n{% endfor %}";

    private static readonly ToolDefinition Weather = new("get_weather", "Tells the \"weather\".", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    private static readonly TurnMessage[] Conversation =
    [
        User("How warm is it?"),
        new() { Role = TurnRole.Assistant, Text = "Let me see.", ToolCalls = [new TurnToolCall("1", "get_weather", """{"city": "Rome"}"""), new TurnToolCall("2", "get_weather", """{"city": "Oslo"}""")] },
        new() { Role = TurnRole.Tool, ToolCallId = "1", Text = "21 degrees" },
        new() { Role = TurnRole.Tool, ToolCallId = "2", Text = "4 degrees" },
        User("Thanks. And now?"),
    ];

    [Fact]
    public void Functions_calls_and_results_are_said_in_messages()
    {
        var prompt = Render(Plain, Conversation, [Weather]);

        Assert.StartsWith("<system>You can call functions.", prompt, StringComparison.Ordinal);
        Assert.Contains("""{"type":"function","function":{"name":"get_weather","description":"Tells the \"weather\".","parameters":{"type":"object",""", prompt, StringComparison.Ordinal);
        Assert.Contains("<tool_call>\n{\"name\": \"function_name\", \"arguments\": {\"argument_name\": \"value\"}}\n</tool_call>\n", prompt, StringComparison.Ordinal);
        Assert.Contains("""
            <user>How warm is it?
            <assistant>Let me see.
            <tool_call>
            {"name": "get_weather", "arguments": {"city": "Rome"}}
            </tool_call>
            <tool_call>
            {"name": "get_weather", "arguments": {"city": "Oslo"}}
            </tool_call>
            <user>{"function":"get_weather","result":"21 degrees"}
            {"function":"get_weather","result":"4 degrees"}

            Thanks. And now?
            """.ReplaceLineEndings("\n"), prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_message_is_kept_and_a_template_that_refuses_one_gets_none()
    {
        var system = new TurnMessage { Role = TurnRole.System, Text = "Be brief." };

        Assert.StartsWith("<system>Be brief.\n\nYou can call", Render(Plain, [system, User("Hi")], [Weather]), StringComparison.Ordinal);
        var prompt = Render(WithoutSystem, [User("Hi")], [Weather]);
        Assert.StartsWith("<user>You can call", prompt, StringComparison.Ordinal);
        Assert.EndsWith("\n\nHi\n", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_functions_nothing_is_said_of_them()
    {
        Assert.Equal("<user>Hi\n", Render(Plain, [User("Hi")], []));
    }

    [Fact]
    public void A_template_that_shows_calls_but_no_functions_is_asked_for_calls_of_its_own_form()
    {
        var prompt = Render("{# <|tools_prefix|> #}" + Plain, [User("Hi")], [Weather]);

        Assert.Contains("<|tools_prefix|>[{\"function_name\": {\"argument_name\": \"value\"}}]<|tools_suffix|>", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_go_into_the_system_message_where_the_template_looks_there()
    {
        var prompt = Render("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% if m.tools %}<|tool|>{{ m.tools }}<|/tool|>{% endif %}{% endfor %}", [User("Hi")], [Weather]);

        Assert.StartsWith("""<system><|tool|>[{"type":"function",""", prompt, StringComparison.Ordinal);
        Assert.EndsWith("]<|/tool|><user>Hi", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_a_template_would_refuse_become_such_as_it_takes()
    {
        const string Template = """
            {% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}{% if c.id | length != 9 %}{{ raise_exception('id') }}{% endif %}<{{ c.id }}>{{ c.function.arguments | tojson }}{% endfor %}{% if m.tool_call_id %}[{{ m.tool_call_id }}]{% endif %}{% endfor %}{# [TOOL_CALLS] #}
            """;

        var prompt = Render(Template, Conversation, []);
        var ids = System.Text.RegularExpressions.Regex.Matches(prompt, "<([A-Za-z0-9]{9})>").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Contains($"[{id}]", prompt, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wrong name")]
    [InlineData("a\"b")]
    [InlineData("")]
    public async Task A_function_of_a_name_that_no_format_can_hold_is_refused(string name)
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load());
        var turn = ChatFixture.Turn() with { Tools = [new ToolDefinition(name, null, null, Field: "tools[0].function.parameters")] };

        var refusal = await Assert.ThrowsAsync<Errors.IngotException>(() => fixture.Chat.StartAsync(turn));

        Assert.Equal("tools[0].function.name", refusal.Param);
    }

    private static TurnMessage User(string text) => new() { Role = TurnRole.User, Text = text };

    private static string Render(string template, IReadOnlyList<TurnMessage> messages, IReadOnlyList<ToolDefinition> tools)
    {
        using var tiny = new TinyModel(template);
        using var model = tiny.Load();
        return PromptBuilder.Render(new ChatTurn { Model = "tiny", Messages = messages, Tools = tools }, model).Text;
    }
}
