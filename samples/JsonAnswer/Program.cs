// An answer that is a C# object: the model is held to the type's JSON Schema while it writes.
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "json-answer" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync(args is [var alias] ? alias : "ingot-tiny-chat") ?? throw new InvalidOperationException("Model not found");
await model.DownloadAsync();

using IChatClient client = model.AsChatClient();
var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 200, ResponseFormat = ChatResponseFormat.ForJsonSchema<Weather>() };
ChatResponse response = await client.GetResponseAsync("How is the weather in Paris?", options);

Weather weather = JsonSerializer.Deserialize<Weather>(response.Text, JsonSerializerOptions.Web)!;
Console.WriteLine($"The sky is {weather.Sky}, and it {(weather.IsRaining ? "rains" : "does not rain")}.");

internal sealed record Weather(Sky Sky, bool IsRaining);

[JsonConverter(typeof(JsonStringEnumConverter<Sky>))]
internal enum Sky
{
    Clear,
    Cloudy,
}
