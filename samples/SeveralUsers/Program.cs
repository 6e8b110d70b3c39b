// Several people talk with one model at the same time; their answers are computed together, and each stays with its own.
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "several-users" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync(args is [var alias] ? alias : "ingot-tiny-chat") ?? throw new InvalidOperationException("Model not found");
await model.DownloadAsync();
await model.LoadAsync();
var client = await model.GetChatClientAsync();
client.Settings.MaxTokens = 60;

(string User, string Says)[] users = [("Ada", "Hello!"), ("Ben", "Why is the sky blue?"), ("Cleo", "Tell me a story."), ("Dan", "Goodbye.")];
string[] answers = await Task.WhenAll(users.Select(async user =>
{
    var answer = await client.CompleteChatAsync([ChatMessage.FromUser(user.Says)]);
    return $"{user.User}: {user.Says}\n  {answer.Choices[0].Message.Content}";
}));
foreach (string answer in answers)
    Console.WriteLine(answer);
