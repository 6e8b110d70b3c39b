using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.Server;

/// <summary>What a request of one kind took.</summary>
/// <param name="Name">Which kind.</param>
/// <param name="Milliseconds">From the request to the end of the answer, the median.</param>
/// <param name="ExtraMilliseconds">How much more than the chat completion of the same round, the median of the pairs.</param>
internal sealed record RequestTiming(string Name, double Milliseconds, double ExtraMilliseconds);

/// <summary>Compares responses, kept and not, whole and streamed, with chat completions of the same prompt and length, turn by turn.</summary>
internal static class ResponseOverhead
{
    private const int Rounds = 201;
    private const int Tokens = 8;
    private const string Question = "Why is the sky blue?";

    /// <summary>Measures with one of the service's models.</summary>
    public static async Task<IReadOnlyList<RequestTiming>> MeasureAsync(Uri address, string model)
    {
        using var client = new HttpClient { BaseAddress = address };
        var messages = new[] { new { role = "user", content = Question } };
        (string Name, string Path, byte[] Body)[] kinds =
        [
            ("chat", "/v1/chat/completions", JsonSerializer.SerializeToUtf8Bytes(new { model, messages, max_tokens = Tokens, temperature = 0 })),
            ("response", "/v1/responses", Body(model, isKept: false, isStream: false)),
            ("kept response", "/v1/responses", Body(model, isKept: true, isStream: false)),
            ("kept stream", "/v1/responses", Body(model, isKept: true, isStream: true)),
        ];
        double[][] times = [.. kinds.Select(_ => new double[Rounds])];
        for (int round = -5; round < Rounds; round++)
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                double took = await AskAsync(client, kinds[kind].Path, kinds[kind].Body);
                if (round >= 0)
                    times[kind][round] = took;
            }
        }

        return [.. kinds.Select((kind, index) => new RequestTiming(kind.Name, Spread.MedianOf(times[index]), Spread.MedianOf(times[index].Zip(times[0], (one, other) => one - other))))];
    }

    private static byte[] Body(string model, bool isKept, bool isStream) =>
        JsonSerializer.SerializeToUtf8Bytes(new { model, input = Question, max_output_tokens = Tokens, temperature = 0, store = isKept, stream = isStream });

    private static async Task<double> AskAsync(HttpClient client, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.PostAsync(path, content);
        await response.Content.ReadAsByteArrayAsync();
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
