using System.Globalization;
using System.Text.Json;
using Ingot.Service.Chat;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat;

/// <summary>
/// The shipped model held to schemas and calls. <c>INGOT_CONSTRAINED_ANSWERS</c> says how many answers of each kind (default 10),
/// <c>INGOT_CONSTRAINED_LOG</c> a file that gets schema and answer line by line, for another validator.
/// </summary>
public sealed class ShippedModelConstraintTests
{
    private static readonly (string Schema, Func<JsonElement, bool> IsValid, string Question)[] Forms =
    [
        ("""{"type":"object","properties":{"name":{"type":"string","maxLength":20},"age":{"type":"integer","minimum":0,"maximum":120},"colour":{"enum":["red","green","blue"]}},"required":["name","age"],"additionalProperties":false}""",
            value => value.GetProperty("name").GetString()!.EnumerateRunes().Count() <= 20 && value.GetProperty("age").GetInt32() is >= 0 and <= 120
                && value.EnumerateObject().All(member => member.Name is "name" or "age" or "colour"), "Describe Anna, who is 31, as JSON."),
        ("""{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","pattern":"^[a-z]{2}[0-9]{2}$"},"on":{"type":"boolean"}},"required":["id","on"],"additionalProperties":false},"minItems":1,"maxItems":3}""",
            value => value.GetArrayLength() is >= 1 and <= 3 && value.EnumerateArray().All(item =>
                item.GetProperty("id").GetString() is [>= 'a' and <= 'z', >= 'a' and <= 'z', >= '0' and <= '9', >= '0' and <= '9'] && item.GetProperty("on").ValueKind is JsonValueKind.True or JsonValueKind.False), "List two switches."),
        ("""{"type":"object","properties":{"when":{"type":"string","format":"date-time"},"score":{"type":"number","minimum":0,"maximum":1},"steps":{"type":"integer","multipleOf":5,"maximum":50,"minimum":5}},"required":["when","score","steps"],"additionalProperties":false}""",
            value => DateTime.TryParse(value.GetProperty("when").GetString()!.ToUpperInvariant().Replace(":60", ":59", StringComparison.Ordinal)[..19], CultureInfo.InvariantCulture, out _)
                && value.GetProperty("score").GetDouble() is >= 0 and <= 1 && value.GetProperty("steps").GetInt32() % 5 == 0, "When is the meeting?"),
        ("""{"$defs":{"node":{"type":"object","properties":{"value":{"type":"integer","minimum":-9,"maximum":9},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["value","next"],"additionalProperties":false}},"$ref":"#/$defs/node"}""",
            value => IsNode(value), "Give me a linked list."),
        ("""{"oneOf":[{"type":"object","properties":{"kind":{"const":"circle"},"radius":{"type":"integer","minimum":1,"maximum":99}},"required":["kind","radius"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"text"},"text":{"type":"string","minLength":1,"maxLength":12}},"required":["kind","text"],"additionalProperties":false}]}""",
            value => value.GetProperty("kind").GetString() == "circle" ? value.GetProperty("radius").GetInt32() is >= 1 and <= 99 : value.GetProperty("text").GetString()!.Length > 0, "Draw something."),
    ];

    private static readonly ToolDefinition[] Tools =
    [
        new("get_weather", "Tells the weather.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string","maxLength":16},"unit":{"enum":["celsius","fahrenheit"]}},"required":["city"],"additionalProperties":false}""")),
        new("set_timer", "Sets a timer.", JsonElement.Parse("""{"type":"object","properties":{"minutes":{"type":"integer","minimum":1,"maximum":120},"label":{"type":["string","null"],"maxLength":10}},"required":["minutes"],"additionalProperties":false}"""), IsStrict: false),
    ];

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("INGOT_CONSTRAINED_ANSWERS"), out var count) ? count : 10;

    [Fact]
    public async Task Answers_held_to_a_schema_satisfy_it()
    {
        var valid = 0;
        await using var fixture = Fixture();
        for (var round = 0; valid < Count; round++)
        {
            var (schema, isValid, question) = Forms[round % Forms.Length];
            var updates = await fixture.AnswerAsync(Turn(question, round) with { ResponseFormat = ChatResponseFormat.JsonSchema(JsonElement.Parse(schema)) });
            foreach (var answer in Choices(updates))
            {
                var text = string.Concat(answer.OfType<TextDelta>().Select(delta => delta.Text));
                Log(schema, text);
                Assert.Equal((text, ChatFinish.Stop), (text, Assert.Single(answer.OfType<Finished>()).Reason));
                Assert.True(isValid(JsonElement.Parse(text)), $"{schema}\n{text}");
                valid++;
            }
        }
    }

    [Fact]
    public async Task Forced_calls_are_valid_calls()
    {
        var valid = 0;
        await using var fixture = Fixture();
        for (var round = 0; valid < Count; round++)
        {
            var choice = (round % 3) switch { 0 => ToolChoice.Required, 1 => ToolChoice.Named("set_timer"), _ => ToolChoice.Allowed(["get_weather"], isRequired: true) };
            var turn = Turn(round % 2 == 0 ? "How warm is it in Rome?" : "Why is the sky blue?", round) with { Tools = Tools, ToolChoice = choice, ParallelToolCalls = false };
            foreach (var answer in Choices(await fixture.AnswerAsync(turn)))
            {
                Assert.Empty(answer.OfType<TextDelta>());
                Assert.Equal(ChatFinish.ToolCalls, Assert.Single(answer.OfType<Finished>()).Reason);
                var call = Assert.Single(ChatFixture.Joined(answer).OfType<ToolCallDelta>());
                Log(Tools.Single(tool => tool.Name == call.Name).Parameters!.Value.GetRawText(), call.Arguments);
                Assert.True(IsValid(call), $"{call.Name}({call.Arguments})");
                Assert.Contains(call.Name, choice.Name is { } name ? [name] : choice.AllowedNames ?? ["get_weather", "set_timer"]);
                valid++;
            }
        }
    }

    private static IEnumerable<List<ChatUpdate>> Choices(List<ChatUpdate> updates) =>
        updates.Where(update => update is not UsageUpdate).GroupBy(update => update.Choice).Select(choice => choice.ToList());

    private static ChatFixture Fixture()
    {
        var model = new ShippedModelFixture().Model;
        return new ChatFixture(model.Entry, () => model);
    }

    private static ChatTurn Turn(string question, int round) => new()
    {
        Model = ShippedModel.Name,
        Messages = [new TurnMessage { Role = TurnRole.User, Text = question }],
        Sampling = new SamplingSettings { Temperature = round % 4 == 0 ? 0.3f : 1, Seed = 8 * round },
        Choices = Count >= 40 ? 8 : 2,
    };

    private static bool IsNode(JsonElement node) =>
        node.ValueKind == JsonValueKind.Null || (node.GetProperty("value").GetInt32() is >= -9 and <= 9 && IsNode(node.GetProperty("next")));

    private static bool IsValid(ToolCallDelta call)
    {
        var arguments = JsonElement.Parse(call.Arguments);
        return call.Name == "get_weather"
            ? arguments.GetProperty("city").GetString()!.EnumerateRunes().Count() <= 16
                && (!arguments.TryGetProperty("unit", out var unit) || unit.GetString() is "celsius" or "fahrenheit")
            : arguments.GetProperty("minutes").GetInt32() is >= 1 and <= 120;
    }

    private static void Log(string schema, string answer)
    {
        if (Environment.GetEnvironmentVariable("INGOT_CONSTRAINED_LOG") is { Length: > 0 } path)
            File.AppendAllText(path, JsonSerializer.Serialize(new { schema, answer }) + "\n");
    }
}
