using System.Text.Json;
using Ingot.Benchmarks.Measuring;
using Ingot.Benchmarks.Tokenizers;
using Ingot.Protocol.Chat;
using Ingot.Server.Bounds;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ingot.Benchmarks.Server;

/// <summary>How long a body took.</summary>
/// <param name="Name">What kind of body.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Milliseconds">Processor time, the median.</param>
internal sealed record BodyTiming(string Name, int Bytes, double Milliseconds);

/// <summary>Reads and maps chat bodies of a megabyte, without network and model.</summary>
internal static class BodyMapping
{
    private const int Size = 1_000_000;
    private const int Runs = 101;

    /// <summary>Measures one long message, and many short ones.</summary>
    public static async Task<IReadOnlyList<BodyTiming>> MeasureAsync(IngotServices services)
    {
        await using ServiceProvider provider = new ServiceCollection().AddSingleton(services).AddSingleton(new WireRules(services.Options)).BuildServiceProvider();
        return [await MeasureAsync("one message", Body(1), provider), await MeasureAsync("1000 messages", Body(1000), provider)];
    }

    private static async Task<BodyTiming> MeasureAsync(string name, byte[] body, ServiceProvider provider)
    {
        var times = new List<double>();
        for (int run = 0; run < Runs; run++)
        {
            var context = new DefaultHttpContext { RequestServices = provider };
            context.Request.ContentType = "application/json";
            context.Request.Body = new MemoryStream(body);
            // Processor time, not the clock's: on a shared machine the clock measures the neighbours.
            TimeSpan start = Environment.CpuUsage.TotalTime;
            ChatMapper.ToTurn(await WireBody.ReadAsync<ChatCompletionRequest>(context.Request, CancellationToken.None));
            times.Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
        }

        return new BodyTiming(name, body.Length, Spread.MedianOf(times));
    }

    private static byte[] Body(int messages) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = "m",
        messages = Enumerable.Range(0, messages).Select(index => new { role = index % 2 == 0 ? "user" : "assistant", content = Prose.Write(Size / messages, index) }),
    });
}
