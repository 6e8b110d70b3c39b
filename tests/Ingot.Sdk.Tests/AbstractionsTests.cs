using System.Text.Json;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.AI;

namespace Ingot.Sdk.Tests;

/// <summary>A model as .NET's own chat client, really answering.</summary>
public sealed class AbstractionsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FoundryLocalManager _manager = null!;
    private IChatClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _manager = OwnManager.Create(_folder.Path);
        IModel model = (await (await _manager.GetCatalogAsync()).GetModelAsync(ShippedModel.Name))!;
        _client = model.AsChatClient();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _manager.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_answer_streams_as_it_is_whole_and_counts_its_tokens()
    {
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 60 };

        ChatResponse whole = await _client.GetResponseAsync(ShippedModel.Question, options);
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync(ShippedModel.Question, options))
            updates.Add(update);

        Assert.Contains(ShippedModel.AnswerWord, whole.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(whole.Text, string.Concat(updates.Select(update => update.Text)));
        Assert.True(updates.Count > 3, "the answer came in one piece");
        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);
        Assert.Equal(whole.Usage!.TotalTokenCount, whole.Usage.InputTokenCount + whole.Usage.OutputTokenCount);
        Assert.Equal(ChatRole.Assistant, whole.Messages.Single().Role);
    }

    [Fact]
    public async Task A_function_is_called_with_arguments_that_keep_to_its_schema_and_its_result_is_read()
    {
        AIFunction multiply = AIFunctionFactory.Create((int first, int second) => first * second, "multiply_numbers", "Multiplies two numbers.");
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 100, Tools = [multiply], ToolMode = ChatToolMode.RequireSpecific("multiply_numbers") };
        List<ChatMessage> messages = [new(ChatRole.User, "What is 7 multiplied by 6?")];

        ChatResponse response = await _client.GetResponseAsync(messages, options);

        FunctionCallContent call = Assert.Single(response.Messages.Single().Contents.OfType<FunctionCallContent>());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        object? result = await multiply.InvokeAsync(new AIFunctionArguments(call.Arguments));
        messages.AddRange(response.Messages);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
        response = await _client.GetResponseAsync(messages, new ChatOptions { Temperature = 0, MaxOutputTokens = 40, Tools = [multiply], ToolMode = ChatToolMode.None });
        Assert.Empty(response.Messages.Single().Contents.OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task An_answer_keeps_to_the_schema_of_a_type()
    {
        var format = ChatResponseFormat.ForJsonSchema<Sky>();

        ChatResponse response = await _client.GetResponseAsync("What color is the sky?", new ChatOptions { Temperature = 0, MaxOutputTokens = 120, ResponseFormat = format });

        Sky sky = JsonSerializer.Deserialize<Sky>(response.Text, JsonSerializerOptions.Web)!;
        Assert.True(Enum.IsDefined(sky.Color));
    }

    [Fact]
    public async Task What_is_not_done_is_refused_by_the_options_name()
    {
        Assert.Contains("ConversationId", await RefusalAsync(new ChatOptions { ConversationId = "c" }), StringComparison.Ordinal);
        Assert.Contains("only functions", await RefusalAsync(new ChatOptions { Tools = [new HostedWebSearchTool()] }), StringComparison.Ordinal);
        Assert.Contains("'nobody'", await RefusalAsync(new ChatOptions
        {
            Tools = [AIFunctionFactory.Create(() => 1, "somebody")],
            ToolMode = ChatToolMode.RequireSpecific("nobody"),
        }), StringComparison.Ordinal);
        Assert.Contains("text only", (await Assert.ThrowsAsync<FoundryLocalException>(
            () => _client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_client_says_what_it_is()
    {
        Assert.Equal("ingot", _client.GetService<ChatClientMetadata>()!.ProviderName);
        Assert.Same(_client, _client.GetService<IChatClient>());
        Assert.Null(_client.GetService<string>());
    }

    private async Task<string> RefusalAsync(ChatOptions options) =>
        (await Assert.ThrowsAsync<FoundryLocalException>(() => _client.GetResponseAsync("hi", options))).Message;

    private sealed record Sky(SkyColor Color);

    [System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<SkyColor>))]
    private enum SkyColor
    {
        Blue,
        Grey,
    }
}
