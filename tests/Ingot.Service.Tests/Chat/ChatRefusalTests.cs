using System.Text.Json;
using Ingot.Engine;
using Ingot.Errors;
using Ingot.Service.Chat;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat;

public sealed class ChatRefusalTests
{
    public static TheoryData<string, ErrorCode, string, Func<ChatTurn, ChatTurn>> Refusals() => new()
    {
        { "no messages", ErrorCode.MissingRequiredParameter, "messages", turn => turn with { Messages = [] } },
        { "no such model", ErrorCode.ModelNotFound, "model", turn => turn with { Model = "tyni" } },
        { "five stops", ErrorCode.InvalidValue, "stop", turn => turn with { Stop = ["a", "b", "c", "d", "e"] } },
        { "an empty stop", ErrorCode.InvalidValue, "stop", turn => turn with { Stop = [""] } },
        { "no choice", ErrorCode.InvalidValue, "n", turn => turn with { Choices = 0 } },
        { "nine choices", ErrorCode.InvalidValue, "n", turn => turn with { Choices = 9 } },
        { "a negative time", ErrorCode.InvalidValue, "ttl", turn => turn with { TimeToLive = TimeSpan.FromSeconds(-1) } },
        { "an effort without a switch", ErrorCode.UnsupportedValue, "reasoning_effort", turn => turn with { ReasoningEffort = ReasoningEffort.Low } },
        { "a call without an answer", ErrorCode.InvalidValue, "messages[1].tool_calls", turn => turn with { Messages = [.. turn.Messages, Calling("a", "b"), Answering("b")] } },
        { "an answer to another call", ErrorCode.InvalidValue, "messages[2].tool_call_id", turn => turn with { Messages = [.. turn.Messages, Calling("a"), Answering("b")] } },
        { "an answer to no call", ErrorCode.InvalidValue, "messages[1].role", turn => turn with { Messages = [.. turn.Messages, Answering("b")] } },
        { "two calls of one id", ErrorCode.InvalidValue, "messages[1].tool_calls[1].id", turn => turn with { Messages = [.. turn.Messages, Calling("a", "a"), Answering("a")] } },
        { "no tokens", ErrorCode.InvalidValue, "max_tokens", turn => turn with { MaxTokens = 0 } },
        { "many alternatives", ErrorCode.InvalidValue, "top_logprobs", turn => turn with { TopLogProbabilities = 21 } },
        { "a call of nothing", ErrorCode.InvalidValue, "tool_choice", turn => turn with { ToolChoice = ToolChoice.Required } },
        { "a call of a function not given", ErrorCode.InvalidValue, "tool_choice", turn => turn with { ToolChoice = ToolChoice.Named("f") } },
        { "a schema of nothing", ErrorCode.InvalidValue, "response_format.json_schema.schema", turn => turn with { ResponseFormat = Schema("false") } },
        { "a schema that is none", ErrorCode.InvalidValue, "response_format.json_schema.schema", turn => turn with { ResponseFormat = Schema("""{"type": "text"}""") } },
        { "a schema beyond us", ErrorCode.UnsupportedValue, "response_format.json_schema.schema", turn => turn with { ResponseFormat = Schema("""{"items": {"pattern": "(?=a)"}}""") } },
        { "a grammar that is none", ErrorCode.InvalidValue, "response_format.lark_grammar", turn => turn with { ResponseFormat = ChatResponseFormat.LarkGrammar("start: (") } },
        { "parameters that are wrong", ErrorCode.InvalidValue, "tools[0].function.parameters", turn => turn with { Tools = [Function("""{"minimum": "x"}""", isStrict: false)] } },
        { "parameters that are no object", ErrorCode.InvalidValue, "tools[0].function.parameters", turn => turn with { Tools = [Function("""{"type": "string"}""", isStrict: false)] } },
        { "strict parameters beyond us", ErrorCode.UnsupportedValue, "tools[0].function.parameters", turn => turn with { Tools = [Function("""{"minProperties": 5}""", isStrict: true)] } },
        { "too hot", ErrorCode.InvalidValue, "temperature", turn => turn with { Sampling = new() { Temperature = 1000 } } },
        { "too long", ErrorCode.ContextLengthExceeded, "messages", _ => ChatFixture.Turn(new string('x', 600)) },
        { "too much", ErrorCode.ContextLengthExceeded, "max_tokens", turn => turn with { MaxTokens = 500 } },
        { "a variable of ours", ErrorCode.InvalidValue, "template_variables.messages", turn => turn with { TemplateVariables = new Dictionary<string, JsonElement> { ["messages"] = default } } },
    };

    private static TurnMessage Calling(params string[] ids) => new() { Role = TurnRole.Assistant, ToolCalls = [.. ids.Select(id => new TurnToolCall(id, "f", "{}"))] };

    private static TurnMessage Answering(string? id) => new() { Role = TurnRole.Tool, Text = "x", ToolCallId = id };

    private static ChatResponseFormat Schema(string schema) => ChatResponseFormat.JsonSchema(JsonElement.Parse(schema));

    private static ToolDefinition Function(string parameters, bool isStrict) => new("f", null, JsonElement.Parse(parameters), isStrict, "tools[0].function.parameters");

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public async Task What_cannot_be_done_is_refused_before_the_first_update_and_gives_the_model_back(
        string what, ErrorCode code, string param, Func<ChatTurn, ChatTurn> change)
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(new FakeRunner { VocabularySize = 260, ContextLength = 512 }));

        var refusal = await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(change(ChatFixture.Turn())));

        Assert.Equal((what, code, param), (what, refusal.Code, refusal.Param));
        await fixture.Host.UnloadAsync("tiny");
        Assert.Empty(fixture.Host.Loaded);
    }

    [Fact]
    public async Task Calls_of_the_older_form_need_no_ids()
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(new FakeRunner { VocabularySize = 260, ContextLength = 512 }));
        var turn = ChatFixture.Turn();

        await fixture.Chat.CountTokensAsync(turn with { Messages = [.. turn.Messages, Calling(TurnToolCall.NoId), Answering(null), Calling(TurnToolCall.NoId)] });
        await fixture.Chat.CountTokensAsync(turn with { Messages = [.. turn.Messages, Calling("a", "b"), Answering("b"), Answering("a")] });
    }

    [Fact]
    public async Task How_much_one_turn_may_ask_for_is_an_option()
    {
        using var model = new TinyModel();
        var options = new IngotOptions { MaxMessages = 2, MaxStops = 5, MaxChoices = 1 };
        await using var fixture = new ChatFixture(model, () => model.Load(TinyModel.Tokens("Yes")), options);
        var turn = ChatFixture.Turn();

        Assert.Equal("T:Yes|F:Stop", await fixture.ShowAsync(turn with { Stop = ["1", "2", "3", "4", "5"], Messages = [turn.Messages[0], turn.Messages[0]] }));
        foreach (var (param, wrong) in new[]
        {
            ("messages", turn with { Messages = [turn.Messages[0], turn.Messages[0], turn.Messages[0]] }),
            ("stop", turn with { Stop = ["1", "2", "3", "4", "5", "6"] }),
            ("n", turn with { Choices = 2 }),
        })
        {
            Assert.Equal(param, (await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(wrong))).Param);
            Assert.Equal(param, (await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.CountTokensAsync(wrong))).Param);
        }
    }

    [Fact]
    public async Task A_model_without_a_template_cannot_chat()
    {
        using var model = new TinyModel(template: null);
        await using var fixture = new ChatFixture(model, () => model.Load());

        var refusal = await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(ChatFixture.Turn()));

        Assert.Equal(ErrorCode.ModelInvalid, refusal.Code);
        Assert.Contains("chat_template.jinja", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_template_refuses_are_the_messages_and_its_folder_is_not_told()
    {
        using var model = new TinyModel("{{ raise_exception('Only the user may speak.') }}");
        await using var fixture = new ChatFixture(model, () => model.Load());

        var refusal = await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(ChatFixture.Turn()));

        Assert.Equal((ErrorCode.TemplateFailed, "messages"), (refusal.Code, refusal.Param));
        Assert.Contains("Only the user may speak.", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(model.Entry.LocalPath!, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lower_context_limit_holds()
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(new FakeRunner { VocabularySize = 260, ContextLength = 512, Next = _ => 'a' }, 60));
        var prompt = await fixture.Chat.CountTokensAsync(ChatFixture.Turn());

        var updates = await fixture.AnswerAsync(ChatFixture.Turn());

        Assert.Equal(60 - prompt, Assert.IsType<UsageUpdate>(updates[^1]).Usage.CompletionTokens);
        foreach (var (param, turn) in new[] { ("messages", ChatFixture.Turn(new string('x', 60))), ("max_tokens", ChatFixture.Turn() with { MaxTokens = 59 }) })
        {
            var refusal = await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(turn));
            Assert.Equal((ErrorCode.ContextLengthExceeded, param), (refusal.Code, refusal.Param));
        }
    }

    [Fact]
    public async Task When_one_of_several_choices_finds_the_queue_full_all_are_given_up()
    {
        using var held = new ManualResetEventSlim();
        using var model = new TinyModel { EngineOptions = new EngineOptions { MaxSequences = 1, QueueCapacity = 1 } };
        await using var fixture = new ChatFixture(model, () => model.Load(new FakeRunner { VocabularySize = 260, Next = _ => Held(held) }));
        using (var lease = await fixture.Host.AcquireAsync("tiny"))
            lease.Model.Engine.Generate(new GenerationRequest { Prompt = [1], MaxTokens = 8 }, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(ChatFixture.Turn() with { Choices = 2 }));
        var never = await Assert.ThrowsAsync<IngotException>(() => fixture.Chat.StartAsync(ChatFixture.Turn() with { Choices = 3 }));

        held.Set();
        Assert.Equal(ErrorCode.QueueFull, refusal.Code);
        Assert.Equal((ErrorCode.InvalidValue, "n"), (never.Code, never.Param));
        Assert.Equal(0, Assert.Single(fixture.Host.States).ActiveRequests);
    }

    private static int Held(ManualResetEventSlim held)
    {
        held.Wait();
        return 'a';
    }
}
