using System.Text.Json;
using Ingot.Service.Chat;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat;

/// <summary>
/// Answers of a model that says anything: bytes picked by a hash of what came before. What comes out is what the constraint makes of it.
/// </summary>
public sealed class ConstrainedAnswerTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ToolDefinition Weather = new("weather", null, JsonElement.Parse(
        """{"type":"object","properties":{"city":{"type":"string","maxLength":5},"days":{"type":"integer","minimum":1,"maximum":9}},"required":["city"],"additionalProperties":false}"""));

    private static readonly ToolDefinition Stop = new("stop", null, null, IsStrict: true);

    public static TheoryData<string, string> Schemas() => new()
    {
        { """{"type":"object","properties":{"name":{"type":"string","maxLength":6},"age":{"type":"integer","minimum":0,"maximum":120}},"required":["name","age"],"additionalProperties":false}""", "^\\{\"name\":.*\"age\":[0-9]{1,3}\\}$" },
        { """{"enum":["red","green","blue"]}""", "^\"(red|green|blue)\"$" },
        { """{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":4}""", "^\\[(true|false)(,(true|false)){1,3}\\]$" },
        { """{"type":"string","pattern":"^[A-Z]{2}-[0-9]{3}$"}""", "^\"[A-Z]{2}-[0-9]{3}\"$" },
        { """{"type":"integer","multipleOf":5,"minimum":10,"maximum":95}""", "^[1-9][05]$" },
        { """{"type":"string","format":"date"}""", "^\"[0-9]{4}-[0-9]{2}-[0-9]{2}\"$" },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Whatever_the_model_says_is_JSON_of_the_schema(string schema, string form)
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(Babbling()));
        for (var round = 0; round < 5; round++)
        {
            var updates = await fixture.AnswerAsync(ChatFixture.Turn($"{round}") with { ResponseFormat = ChatResponseFormat.JsonSchema(JsonElement.Parse(schema)) });

            // Read and written again: without white space and needless escapes.
            Assert.Matches(form, JsonSerializer.Serialize(JsonElement.Parse(Text(updates)), Plain));
            Assert.Equal(ChatFinish.Stop, Assert.Single(updates.OfType<Finished>()).Reason);
        }
    }

    [Fact]
    public async Task Whatever_the_model_says_follows_a_grammar()
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(Babbling()));
        for (var round = 0; round < 5; round++)
        {
            var updates = await fixture.AnswerAsync(ChatFixture.Turn($"{round}") with { ResponseFormat = ChatResponseFormat.LarkGrammar("start: WORD (\" \" WORD)?\nWORD: /[a-z]{2,5}/\n") });
            Assert.Matches("^[a-z]{2,5}( [a-z]{2,5})?$", Text(updates));
        }
    }

    [Fact]
    public async Task Every_choice_is_held_to_the_form_and_the_limit_of_tokens_cuts_it()
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(Babbling()));
        var turn = ChatFixture.Turn() with { ResponseFormat = ChatResponseFormat.JsonSchema(JsonElement.Parse("""{"enum":["abcdefgh"]}""")) };

        var both = await fixture.AnswerAsync(turn with { Choices = 2, TopLogProbabilities = 1 });
        var cut = await fixture.ShowAsync(turn with { MaxTokens = 4 });

        Assert.All([0, 1], choice => Assert.Equal("\"abcdefgh\"", Text(both.Where(update => update.Choice == choice))));
        Assert.NotEmpty(both.OfType<TextDelta>().SelectMany(delta => delta.LogProbabilities ?? []));
        Assert.Equal("T:\"abc|F:Length", cut);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_required_call_is_a_call_and_nothing_else(bool specialMarkers)
    {
        using var model = new TinyModel(specialMarkers: specialMarkers);
        await using var fixture = new ChatFixture(model, () => model.Load(Babbling()));
        for (var round = 0; round < 5; round++)
        {
            var turn = ChatFixture.Turn($"{round}") with { Tools = [Weather, Stop], ToolChoice = ToolChoice.Required, ParallelToolCalls = false };
            var updates = await fixture.AnswerAsync(turn);

            var call = Assert.Single(ChatFixture.Joined(updates).OfType<ToolCallDelta>());
            Assert.Empty(updates.OfType<TextDelta>());
            Assert.Equal(ChatFinish.ToolCalls, Assert.Single(updates.OfType<Finished>()).Reason);
            CheckArguments(call);
        }
    }

    [Fact]
    public async Task A_named_or_allowed_function_is_the_one_that_is_called()
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(Babbling()));
        var turn = ChatFixture.Turn() with { Tools = [Weather, Stop] };
        foreach (var name in new[] { "weather", "stop" })
        {
            foreach (var choice in new[] { ToolChoice.Named(name), ToolChoice.Allowed([name], isRequired: true) })
            {
                var updates = await fixture.AnswerAsync(turn with { ToolChoice = choice, ParallelToolCalls = false });
                Assert.Equal(name, Assert.Single(ChatFixture.Joined(updates).OfType<ToolCallDelta>()).Name);
            }
        }
    }

    [Fact]
    public async Task A_call_that_began_freely_is_held_to_its_form()
    {
        using var model = new TinyModel();

        // The model wants a call of a function that does not exist, with arguments that do not fit.
        var wanted = TinyModel.Tokens("""Well. <tool_call>{"name": "wrong", "arguments": {"town": 5}}</tool_call>""");
        await using var fixture = new ChatFixture(model, () => model.Load(Following(wanted)));
        var updates = await fixture.AnswerAsync(ChatFixture.Turn() with { Tools = [Weather], ParallelToolCalls = false });

        Assert.Equal("Well.", Text(updates));
        CheckArguments(Assert.Single(ChatFixture.Joined(updates).OfType<ToolCallDelta>()));
    }

    [Fact]
    public async Task Arguments_come_as_they_are_made_after_one_beginning()
    {
        using var model = new TinyModel();
        int[] reply = [TinyModel.ToolCall, .. TinyModel.Tokens("""{"name": "weather", "arguments": {"city": "R}\"{", "days": 3}}"""), TinyModel.ToolCallEnd, .. TinyModel.Tokens("\nDone.")];
        await using var fixture = new ChatFixture(model, () => model.Load(reply));

        var updates = await fixture.AnswerAsync(ChatFixture.Turn() with { Tools = [Weather] });

        var pieces = updates.OfType<ToolCallDelta>().ToList();
        Assert.True(pieces.Count > 5);
        Assert.Equal(("weather", ""), (pieces[0].Name, pieces[0].Arguments));
        Assert.Matches("^call_[A-Za-z0-9]{9}$", pieces[0].Id);
        Assert.All(pieces.Skip(1), piece => Assert.Equal((0, null, null), (piece.Index, piece.Id, piece.Name)));
        Assert.Equal("""C0:weather({"city": "R}\"{", "days": 3})|T:Done.|F:ToolCalls""", ChatFixture.Show(updates));
    }

    [Fact]
    public async Task A_call_that_is_cut_leaves_no_raw_text()
    {
        using var model = new TinyModel();
        int[] reply = [.. TinyModel.Tokens("Hm. "), TinyModel.ToolCall, .. TinyModel.Tokens("""{"name": "weather", "arguments": {"city": "Rome"}}"""), TinyModel.ToolCallEnd];
        await using var fixture = new ChatFixture(model, () => model.Load(reply));
        var turn = ChatFixture.Turn() with { Tools = [Weather] };

        Assert.Equal("T:Hm.|F:Length", await fixture.ShowAsync(turn with { MaxTokens = 12 }));
        Assert.Equal("""T:Hm.|C0:weather({"city)|F:Length""", await fixture.ShowAsync(turn with { MaxTokens = reply.Length - 12 }));
    }

    [Fact]
    public async Task A_schema_and_functions_together_give_either()
    {
        using var model = new TinyModel();
        var turn = ChatFixture.Turn() with
        {
            Tools = [Weather],
            ResponseFormat = ChatResponseFormat.JsonSchema(JsonElement.Parse("""{"const":{"a":1}}""")),
        };
        await using var text = new ChatFixture(model, () => model.Load(Following(TinyModel.Tokens("{\"a\":1}"))));
        await using var call = new ChatFixture(model, () => model.Load(Following([TinyModel.ToolCall])));

        Assert.Equal("T:{\"a\":1}|F:Stop", await text.ShowAsync(turn));
        CheckArguments(ChatFixture.Joined(await call.AnswerAsync(turn with { ParallelToolCalls = false })).OfType<ToolCallDelta>().Single());
    }

    [Fact]
    public async Task The_form_begins_after_the_thinking()
    {
        using var model = new TinyModel(TinyModel.Template + "<think>\n");
        await using var fixture = new ChatFixture(model, () => model.Load(Following(TinyModel.Tokens("Hm {.</think>\n\nYes."))));

        var shown = await fixture.ShowAsync(ChatFixture.Turn() with { ResponseFormat = ChatResponseFormat.JsonSchema(JsonElement.Parse("""{"enum":["no"]}""")) });

        Assert.Equal("R:Hm {.|T:\"no\"|F:Stop", shown);
    }

    private static void CheckArguments(ToolCallDelta call)
    {
        var arguments = JsonElement.Parse(call.Arguments);
        if (call.Name == "stop")
        {
            Assert.Equal("{}", call.Arguments);
            return;
        }

        Assert.Equal("weather", call.Name);
        Assert.InRange(arguments.GetProperty("city").GetString()!.EnumerateRunes().Count(), 0, 5);
        Assert.All(arguments.EnumerateObject(), member => Assert.Contains(member.Name, new[] { "city", "days" }));
    }

    private static string Text(IEnumerable<ChatUpdate> updates) => string.Concat(updates.OfType<TextDelta>().Select(delta => delta.Text));

    private static FakeRunner Babbling() => new() { VocabularySize = 260, ContextLength = 512, EndOfSequenceIds = [TinyModel.End], Certainty = 4 };

    /// <summary>Says these tokens, each at its place after the prompt, as far as it may; where it may not, anything.</summary>
    private static FakeRunner Following(int[] reply)
    {
        int? promptLength = null;
        return new FakeRunner
        {
            VocabularySize = 260,
            ContextLength = 512,
            EndOfSequenceIds = [TinyModel.End],
            Next = history =>
            {
                int place = history.Count - (promptLength ??= history.Count);
                return place < reply.Length ? reply[place] : TinyModel.End;
            },
        };
    }
}
