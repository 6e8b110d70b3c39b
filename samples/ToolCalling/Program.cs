// The model calls a function of the program's, and answers with what it gave.
using System.Globalization;
using System.Text.Json;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "tool-calling" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync(args is [var alias] ? alias : "ingot-tiny-chat") ?? throw new InvalidOperationException("Model not found");
await model.DownloadAsync();
await model.LoadAsync();

ToolDefinition multiply = ToolDefinition.DefineFunction(new FunctionDefinition
{
    Name = "multiply_numbers",
    Description = "Multiplies two numbers.",
    Parameters = PropertyDefinition.DefineObject(
        new Dictionary<string, PropertyDefinition>
        {
            ["first"] = PropertyDefinition.DefineInteger("The first number"),
            ["second"] = PropertyDefinition.DefineInteger("The second number"),
        },
        ["first", "second"], false, null, null),
});

var client = await model.GetChatClientAsync();
client.Settings.Temperature = 0;
client.Settings.MaxTokens = 100;
client.Settings.ToolChoice = ToolChoice.Required;
List<ChatMessage> messages = [ChatMessage.FromUser("What is 7 multiplied by 6?")];

ChatMessage said = (await client.CompleteChatAsync(messages, [multiply])).Choices[0].Message;
messages.Add(said);
foreach (ToolCall call in said.ToolCalls ?? [])
{
    Dictionary<string, object> arguments = call.FunctionCall!.ParseArguments();
    long product = ((JsonElement)arguments["first"]).GetInt64() * ((JsonElement)arguments["second"]).GetInt64();
    Console.WriteLine($"{call.FunctionCall.Name}({call.FunctionCall.Arguments}) = {product}");
    messages.Add(ChatMessage.FromTool(product.ToString(CultureInfo.InvariantCulture), call.Id!));
}

client.Settings.ToolChoice = ToolChoice.None;
await foreach (var chunk in client.CompleteChatStreamingAsync(messages, [multiply], CancellationToken.None))
    Console.Write(chunk.Choices[0].Message.Content);
Console.WriteLine();
