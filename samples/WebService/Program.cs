// Starts the web service in this program and talks to it with OpenAI's own client.
using System.ClientModel;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;
using OpenAI;
using OpenAI.Chat;

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "web-service" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync(args is [var alias] ? alias : "ingot-tiny-chat") ?? throw new InvalidOperationException("Model not found");
await model.DownloadAsync();
await model.LoadAsync();

await manager.StartWebServiceAsync();
Console.WriteLine($"Listening on {manager.Urls![0]}");

var client = new ChatClient(model.Id, new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri($"{manager.Urls[0]}/v1") });
await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync("Why is the sky blue?"))
    Console.Write(string.Concat(update.ContentUpdate.Select(part => part.Text)));
Console.WriteLine();

await manager.StopWebServiceAsync();
