using System.Globalization;
using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Server;

/// <summary>The <c>responses</c> mode: what a response costs over a chat completion, with the shipped model, which takes next to nothing itself.</summary>
internal static class ResponseReport
{
    private const string Model = "ingot-tiny-chat";

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"ingot-responses-{Environment.ProcessId}");
        await using (IngotServices services = IngotServices.Create(new IngotOptions { ThreadCount = 1, StoreDirectory = folder }, NullLoggerFactory.Instance))
        await using (IngotServer server = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None))
        {
            foreach (RequestTiming timing in await ResponseOverhead.MeasureAsync(new Uri(server.Urls[0]), Model))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timing.Name,-18}{timing.Milliseconds:F2} ms, {timing.ExtraMilliseconds:+0.00;-0.00;0} ms against chat"));
        }

        Directory.Delete(folder, recursive: true);
    }
}
