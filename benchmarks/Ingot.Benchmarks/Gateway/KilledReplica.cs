using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Ingot.Benchmarks.Gateway;

/// <summary>What became of requests.</summary>
/// <param name="Sent">How many there were.</param>
/// <param name="Answered">Answered whole.</param>
/// <param name="Ended">Ended by an error event after the answer had begun.</param>
/// <param name="Lost">Anything else.</param>
/// <param name="KilledAt">How many had ended when the replica was killed.</param>
/// <param name="BackAt">How many had ended when it listened again.</param>
/// <param name="AnsweredByReturned">How many the returned replica then answered.</param>
/// <param name="Reasons">What was wrong with those lost; the first few.</param>
internal sealed record KillCounts(int Sent, int Answered, int Ended, int Lost, int KilledAt, int BackAt, int AnsweredByReturned, IReadOnlyList<string> Reasons);

/// <summary>Three services behind a fourth, under load, while one of the three is killed and started again.</summary>
internal static class KilledReplica
{
    private const int Clients = 24;
    private const int Requests = 5000;

    /// <summary>Runs it.</summary>
    public static async Task<KillCounts> CountAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        ChildService[] replicas = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ChildService.StartReplicaAsync()));
        await using ChildService gateway = await ChildService.StartGatewayAsync(replicas.Select(replica => replica.Address));
        var outcomes = new ConcurrentQueue<string>();
        int next = 0;
        async Task AskAsync()
        {
            while (Interlocked.Increment(ref next) is var request && request <= Requests)
                outcomes.Enqueue(await OutcomeAsync(client, gateway.Address, request));
        }

        Task[] asking = [.. Enumerable.Range(0, Clients).Select(_ => AskAsync())];
        await AfterAsync(outcomes, 500);
        int killedAt = outcomes.Count;
        await replicas[1].KillAsync();
        await AfterAsync(outcomes, 1000);
        await using ChildService returned = await ChildService.StartReplicaAsync(replicas[1].Address.Port);
        int backAt = outcomes.Count;
        await Task.WhenAll(asking);
        int answeredByReturned = await AnsweredAsync(client, returned);
        foreach (ChildService replica in replicas)
            await replica.DisposeAsync();
        string[] reasons = [.. outcomes.Where(outcome => outcome is not "answered" and not "ended")];
        return new KillCounts(
            Requests, outcomes.Count(outcome => outcome == "answered"), outcomes.Count(outcome => outcome == "ended"), reasons.Length, killedAt, backAt, answeredByReturned, [.. reasons.Distinct().Take(5)]);
    }

    private static async Task AfterAsync(ConcurrentQueue<string> outcomes, int count)
    {
        while (outcomes.Count < count)
            await Task.Delay(5);
    }

    private static async Task<int> AnsweredAsync(HttpClient client, ChildService replica)
    {
        string text = await client.GetStringAsync(new Uri(replica.Address, "/metrics"));
        string line = text.Split('\n').Single(line => line.StartsWith("ingot_requests_total ", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> OutcomeAsync(HttpClient client, Uri gateway, int request)
    {
        bool isStream = request % 3 != 0;
        string body = JsonSerializer.Serialize(new
        {
            model = "far",
            max_tokens = 24,
            stream = isStream,
            messages = new[] { new { role = "user", content = $"Tell me something about the number {request % 200}, please." } },
        });
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            string text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode)
                return $"{(int)response.StatusCode} {text}";
            if (isStream ? text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) : JsonDocument.Parse(text).RootElement.GetProperty("object").GetString() == "chat.completion")
                return "answered";
            return text.Contains("event: error\ndata: {\"error\":", StringComparison.Ordinal) ? "ended" : $"half an answer: {text[^Math.Min(100, text.Length)..]}";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or TaskCanceledException)
        {
            return $"{exception.GetType().Name}: {exception.Message}";
        }
    }
}
