// Chats with a model from a folder: an ONNX model with its genai_config.json and tokenizer.
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

if (args is not [var folder, ..])
{
    Console.Error.WriteLine("Say which folder: dotnet run -- <folder of a model>");
    return 2;
}

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "own-model-folder" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync(Path.GetFullPath(folder)) ?? throw new InvalidOperationException("There is no such folder");
await model.LoadAsync();
Console.WriteLine($"{model.Id} from {await model.GetPathAsync()}");

var client = await model.GetChatClientAsync();
await foreach (var chunk in client.CompleteChatStreamingAsync([ChatMessage.FromUser("Why is the sky blue?")], CancellationToken.None))
    Console.Write(chunk.Choices[0].Message.Content);
Console.WriteLine();
return 0;
