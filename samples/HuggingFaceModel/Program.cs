// Downloads a model from Hugging Face and chats with it. Checkpoints are compiled on arrival; the next run finds the model here.
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

string name = args is [var given, ..] ? given : "hf:Qwen/Qwen2.5-0.5B-Instruct";

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "hugging-face-model" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync(name) ?? throw new InvalidOperationException("Model not found");

await model.DownloadAsync(percent => Console.Write($"\rDownloading {model.Id}: {percent:F1} %"));
Console.WriteLine();
await model.LoadAsync();

var client = await model.GetChatClientAsync();
await foreach (var chunk in client.CompleteChatStreamingAsync([ChatMessage.FromUser("Why is the sky blue?")], CancellationToken.None))
    Console.Write(chunk.Choices[0].Message.Content);
Console.WriteLine();
