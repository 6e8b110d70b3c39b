using System.Text.Json;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.OpenAI;

namespace Ingot.Sdk.Tests;

/// <summary>Tools and forms of answers, in the words of programs written for Foundry Local.</summary>
[Collection(OneManager.Name)]
public sealed class ToolCallingTests : IAsyncLifetime
{
    private IModel _model = null!;
    private OpenAIChatClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        await OneManager.CreateAsync();
        _model = await OneManager.LoadAsync(ShippedModel.Name);
        _client = await _model.GetChatClientAsync();
        _client.Settings.Temperature = 0;
        _client.Settings.MaxTokens = 100;
    }

    public ValueTask DisposeAsync()
    {
        FoundryLocalManager.Instance.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_required_call_comes_whole_with_the_piece_that_ends_the_stream()
    {
        _client.Settings.ToolChoice = ToolChoice.Required;
        var pieces = new List<ChatCompletionCreateResponse>();

        await foreach (ChatCompletionCreateResponse piece in _client.CompleteChatStreamingAsync(Question(), Tools(), CancellationToken.None))
            pieces.Add(piece);

        Assert.All(pieces, piece => Assert.NotNull(piece.Choices[0].Message.Content));
        ChatCompletionCreateResponse last = Assert.Single(pieces, piece => piece.Choices[0].FinishReason == "tool_calls");
        ToolCall call = Assert.Single(last.Choices[0].Message.ToolCalls!);
        Assert.Equal("multiply_numbers", call.FunctionCall!.Name);
        Assert.Equal("function", call.Type);
        Assert.All(["first", "second"], name => Assert.Equal(JsonValueKind.Number, ((JsonElement)call.FunctionCall.ParseArguments()[name]).ValueKind));
    }

    [Fact]
    public async Task A_named_call_comes_with_the_whole_answer_and_its_result_is_read()
    {
        _client.Settings.ToolChoice = ToolChoice.FunctionChoice("multiply_numbers");
        List<ChatMessage> messages = Question();

        ChatCompletionCreateResponse answer = await _client.CompleteChatAsync(messages, Tools());

        ChatMessage said = answer.Choices[0].Message;
        Assert.Equal("multiply_numbers", said.ToolCalls!.Single().FunctionCall!.Name);
        messages.Add(said);
        messages.Add(ChatMessage.FromTool("42", said.ToolCalls!.Single().Id!));
        _client.Settings.ToolChoice = ToolChoice.None;
        answer = await _client.CompleteChatAsync(messages, Tools());
        Assert.Null(answer.Choices[0].Message.ToolCalls);
        Assert.Equal("assistant", answer.Choices[0].Message.Role);
    }

    [Fact]
    public async Task A_tools_answer_without_an_id_is_taken_as_older_programs_send_it()
    {
        List<ChatMessage> messages = [.. Question(), new ChatMessage { Role = "tool", Content = "7 x 6 = 42." }];

        ChatCompletionCreateResponse answer = await _client.CompleteChatAsync(messages, Tools());

        Assert.NotEmpty(answer.Choices);
    }

    [Fact]
    public async Task An_answer_keeps_to_a_schema()
    {
        _client.Settings.ResponseFormat = new ResponseFormatExtended
        {
            Type = "json_schema",
            JsonSchema = new JsonSchema
            {
                Name = "sky",
                Schema = PropertyDefinition.DefineObject(
                    new Dictionary<string, PropertyDefinition> { ["color"] = PropertyDefinition.DefineEnum(["blue", "grey"]) }, ["color"], false, null, null),
            },
        };

        ChatCompletionCreateResponse answer = await _client.CompleteChatAsync(Question());

        using JsonDocument document = JsonDocument.Parse(answer.Choices[0].Message.Content!);
        Assert.Contains(document.RootElement.GetProperty("color").GetString(), new[] { "blue", "grey" });
    }

    [Fact]
    public async Task An_answer_keeps_to_a_grammar()
    {
        _client.Settings.ResponseFormat = new ResponseFormatExtended { Type = "lark_grammar", LarkGrammar = "start: \"yes\" | \"no\"" };

        ChatCompletionCreateResponse answer = await _client.CompleteChatAsync(Question());

        Assert.Contains(answer.Choices[0].Message.Content, new[] { "yes", "no" });
    }

    [Fact]
    public async Task Settings_that_cannot_be_met_are_refused_by_name()
    {
        _client.Settings.ToolChoice = ToolChoice.Required;
        Assert.Contains("no tools were given", await RefusalAsync(), StringComparison.Ordinal);
        _client.Settings.ToolChoice = null;
        _client.Settings.ResponseFormat = new ResponseFormatExtended { Type = "poem" };
        Assert.Contains("'poem'", await RefusalAsync(), StringComparison.Ordinal);
        _client.Settings.ResponseFormat = new ResponseFormatExtended { Type = "json_schema" };
        Assert.Contains("JsonSchema.Schema", await RefusalAsync(), StringComparison.Ordinal);
    }

    private async Task<string> RefusalAsync() =>
        (await Assert.ThrowsAsync<FoundryLocalException>(() => _client.CompleteChatAsync(Question()))).Message;

    private static List<ChatMessage> Question() => [ChatMessage.FromUser("What is 7 multiplied by 6?")];

    private static List<ToolDefinition> Tools() =>
    [
        new ToolDefinition
        {
            Type = "function",
            Function = new FunctionDefinition
            {
                Name = "multiply_numbers",
                Description = "A tool for multiplying two numbers.",
                Parameters = new PropertyDefinition
                {
                    Type = "object",
                    Properties = new Dictionary<string, PropertyDefinition>
                    {
                        { "first", new PropertyDefinition { Type = "integer", Description = "The first number" } },
                        { "second", new PropertyDefinition { Type = "integer", Description = "The second number" } },
                    },
                    Required = ["first", "second"],
                },
            },
        },
    ];
}
