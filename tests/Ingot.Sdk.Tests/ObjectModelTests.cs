using System.Text.Json;
using Betalgo.Ranul.OpenAI.Builders;
using Betalgo.Ranul.OpenAI.ObjectModels;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;
using Ingot.Service.Chat;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Chat;
using Microsoft.AI.Foundry.Local.OpenAI;
using Declared = Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ToolDefinition;
using Wanted = Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ToolChoice;

namespace Ingot.Sdk.Tests;

/// <summary>What messages, tools and settings become for the chat service, and what in them is refused.</summary>
public sealed class ObjectModelTests
{
    [Fact]
    public void Every_setting_reaches_the_turn()
    {
        var settings = new OpenAIChatClient.ChatSettings
        {
            FrequencyPenalty = 0.1f,
            MaxTokens = 7,
            N = 2,
            Temperature = 0.3f,
            PresencePenalty = 0.4f,
            RandomSeed = 5,
            TopK = 6,
            TopP = 0.8f,
            ResponseFormat = new ResponseFormatExtended { Type = StaticValues.CompletionStatics.ResponseFormat.Json },
            ToolChoice = Wanted.None,
        };

        ChatTurn turn = TurnMapper.ToTurn("m:1", [ChatMessage.FromUser("hi")], null, settings);

        Assert.Equal(("m:1", 7, 2), (turn.Model, turn.MaxTokens, turn.Choices));
        Assert.Equal(
            new SamplingSettings { Temperature = 0.3f, TopK = 6, TopP = 0.8f, PresencePenalty = 0.4f, FrequencyPenalty = 0.1f, Seed = 5 }, turn.Sampling);
        Assert.Equal(ChatResponseFormat.JsonObject, turn.ResponseFormat);
        Assert.Equal(Ingot.Service.Chat.ToolChoice.None, turn.ToolChoice);
    }

    [Fact]
    public void A_message_in_parts_is_one_text()
    {
        TurnMessage message = Assert.Single(MessageMapper.ToMessages(
            [ChatMessage.FromUser([MessageContent.TextContent("one "), MessageContent.TextContent("two")])]));

        Assert.Equal("one two", message.Text);
    }

    [Fact]
    public void What_no_model_reads_and_what_is_not_said_are_refused_by_place()
    {
        Refused("messages[0].contents[0]", ChatMessage.FromUser([MessageContent.ImageBinaryContent([1, 2], "png")]));
        Refused("messages[0] has neither", new ChatMessage { Role = "user" });
        Refused("'narrator'", new ChatMessage { Role = "narrator", Content = "x" });
        Refused("both Content and Contents", new ChatMessage { Role = "user", Content = "x", Contents = [] });
        Refused("messages[0].tool_calls[0] has no id", new ChatMessage { Role = "assistant", ToolCalls = [new ToolCall()] });

        static void Refused(string words, ChatMessage message) => Assert.Contains(
            words, Assert.Throws<FoundryLocalException>(() => MessageMapper.ToMessages([message])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_says_what_was_set_and_nothing_else()
    {
        FunctionDefinition function = new FunctionDefinitionBuilder("find", "Finds a place")
            .AddParameter("name", PropertyDefinition.DefineString("Its name"))
            .AddParameter("tags", PropertyDefinition.DefineArray(PropertyDefinition.DefineEnum(["a", "b"])), required: false)
            .Validate()
            .Build();

        var tool = Assert.Single(ToolMapper.ToTools([Declared.DefineFunction(function)]));

        Assert.Equal(("find", "Finds a place", false), (tool.Name, tool.Description, tool.IsStrict));
        Assert.Equal(
            """{"type":"object","properties":{"name":{"type":"string","description":"Its name"},"tags":{"type":"array","items":{"type":"string","enum":["a","b"]}}},"required":["name"]}""",
            tool.Parameters!.Value.GetRawText());
    }

    [Fact]
    public void A_function_may_be_given_as_JSON()
    {
        var tool = Assert.Single(ToolMapper.ToTools(
            [new Declared { Type = "function", FunctionsAsObject = """{"name":"now","strict":true,"parameters":{"type":"object"}}""" }]));

        Assert.Equal(("now", true), (tool.Name, tool.IsStrict));
    }

    [Fact]
    public void Tools_that_are_none_are_refused_by_place()
    {
        Refused("tools[0] is of type 'code_interpreter'", new Declared { Type = "code_interpreter" });
        Refused("tools[0] has no function", new Declared { Type = "function" });
        Refused("not JSON", new Declared { Type = "function", FunctionsAsObject = "{" });
        Refused("twice", Named("f"), Named("f"));

        static Declared Named(string name) => Declared.DefineFunction(new FunctionDefinition { Name = name });
        static void Refused(string words, params Declared[] tools) => Assert.Contains(
            words, Assert.Throws<FoundryLocalException>(() => ToolMapper.ToTools(tools)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_are_written_as_the_wire_has_them()
    {
        var message = ChatMessage.FromAssistant("", toolCalls: [new ToolCall { Id = "c", Type = "function", FunctionCall = new FunctionCall { Name = "f", Arguments = "{}" } }]);

        using JsonDocument json = JsonSerializer.SerializeToDocument(message);

        Assert.Equal("f", json.RootElement.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
    }
}
