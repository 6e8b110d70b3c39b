using System.Net.Http.Json;
using System.Text.Json;
using Ingot.Benchmarks.Tokenizers;

namespace Ingot.Benchmarks.Gateway;

/// <summary>How much of the prompts replicas had in their caches, as shares of the prompts' tokens.</summary>
/// <param name="Gateway">Through the gateway.</param>
/// <param name="Turns">With each request to the next replica.</param>
/// <param name="One">With one replica for all: as much as can be had.</param>
/// <param name="Replicas">How many replicas.</param>
/// <param name="Conversations">How many conversations, all at a time.</param>
/// <param name="Rounds">How many questions each has.</param>
internal sealed record PrefixUse(double Gateway, double Turns, double One, int Replicas, int Conversations, int Rounds);

/// <summary>Has conversations with real replicas and adds up what they say was cached.</summary>
internal static class PrefixAffinity
{
    private const int Replicas = 3;
    private const int Conversations = 24;
    private const int Rounds = 4;

    /// <summary>Measures, each way with fresh caches.</summary>
    public static async Task<PrefixUse> MeasureAsync() => new(await ShareAsync("gateway"), await ShareAsync("turns"), await ShareAsync("one"), Replicas, Conversations, Rounds);

    private static async Task<double> ShareAsync(string way)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var replicas = new List<ChildService>();
        for (int replica = 0; replica < (way == "one" ? 1 : Replicas); replica++)
            replicas.Add(await ChildService.StartReplicaAsync());
        await using ChildService gateway = await ChildService.StartGatewayAsync(replicas.Select(replica => replica.Address));
        int asked = 0;
        Uri Next() => way == "turns" ? replicas[Interlocked.Increment(ref asked) % replicas.Count].Address : gateway.Address;
        (int Prompt, int Cached)[] counts = await Task.WhenAll(Enumerable.Range(0, Conversations).Select(conversation => TalkAsync(client, Next, way == "turns", conversation)));
        foreach (ChildService replica in replicas)
            await replica.DisposeAsync();
        return (double)counts.Sum(count => count.Cached) / counts.Sum(count => count.Prompt);
    }

    private static async Task<(int Prompt, int Cached)> TalkAsync(HttpClient client, Func<Uri> next, bool isDirect, int conversation)
    {
        var messages = new List<object> { new { role = "system", content = "Answer briefly, please." } };
        (int prompt, int cached) = (0, 0);
        for (int round = 0; round < Rounds; round++)
        {
            messages.Add(new { role = "user", content = Prose.Write(400, (conversation * Rounds) + round) });
            using HttpResponseMessage response = await client.PostAsJsonAsync(
                new Uri(next(), "/v1/chat/completions"), new { model = isDirect ? ChildService.Model : "far", max_tokens = 8, temperature = 0, messages });
            response.EnsureSuccessStatusCode();
            using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            JsonElement usage = answer.RootElement.GetProperty("usage");
            prompt += usage.GetProperty("prompt_tokens").GetInt32();
            cached += usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
            messages.Add(new { role = "assistant", content = answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() });
        }

        return (prompt, cached);
    }
}
