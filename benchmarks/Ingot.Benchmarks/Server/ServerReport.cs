using System.Globalization;
using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// The <c>server</c> mode: what HTTP costs. Decoding through the service against the bare engine, side by side; token-count
/// requests a second; reading and mapping a chat body of a megabyte. The clients run on the same cores.
/// </summary>
internal static class ServerReport
{
    private static readonly int[] Streams = [1, 8];

    /// <summary>Measures and prints.</summary>
    /// <param name="arguments">How many threads compute; none for as many as there are cores.</param>
    public static async Task PrintAsync(string[] arguments)
    {
        int threads = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 0;
        await using IngotServices services = await ServerModel.OpenAsync(threads);
        await using IngotServer server = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None);
        var address = new Uri(server.Urls[0]);
        Print("cores", $"{Environment.ProcessorCount}");

        RequestRate counting = await TokenCounting.MeasureAsync(address);
        Print("token counting", $"{counting.PerSecond:F0} requests/s; {counting.PerCoreSecond:F0} for each second of one core, client included");
        Print("counting alone", $"{await TokenCounting.MeasureAloneAsync(services):F0} for each second of one core, without HTTP and JSON");
        foreach (BodyTiming timing in await BodyMapping.MeasureAsync(services))
            Print(timing.Name, $"{timing.Milliseconds:F1} ms of one core to read and map {timing.Bytes / 1e6:F2} MB");
        foreach (int streams in Streams)
        {
            Overhead overhead = await DecodeOverhead.MeasureAsync(services, address, streams);
            Print($"decode {streams}", $"bare {overhead.Bare:F1} tokens/s, served {overhead.Served:F1} tokens/s: {100 * (1 - overhead.Ratio):F1} % overhead, {100 * (overhead.ProcessorRatio - 1):F1} % more processor time (medians of {overhead.Rounds} pairs)");
        }
    }

    private static void Print(string name, FormattableString value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18}{value.ToString(CultureInfo.InvariantCulture)}"));
}
