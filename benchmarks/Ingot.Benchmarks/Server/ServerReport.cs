using System.Globalization;
using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// The <c>server</c> mode: what HTTP costs. Decoding through the service against the bare engine, side by side; token-count
/// requests a second; reading and mapping a chat body of a megabyte. "Told" is what the system and the clients cost, which are in
/// a process of their own but on the same cores: each token written to a plain socket. What the service costs is the rest of "served".
/// </summary>
internal static class ServerReport
{
    private static readonly int[] Streams = [1, 8];

    /// <summary>Measures and prints.</summary>
    /// <param name="arguments">How many threads compute; none for as many as there are cores. <c>--decode</c> or <c>--decode=8</c>: decoding alone, with so many streams.</param>
    public static async Task PrintAsync(string[] arguments)
    {
        int threads = arguments.FirstOrDefault(argument => !argument.StartsWith('-')) is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : 0;
        await using IngotServices services = await ServerModel.OpenAsync(threads);
        await using IngotServer server = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None);
        var address = new Uri(server.Urls[0]);
        Print("cores", $"{Environment.ProcessorCount}");

        string? decode = arguments.FirstOrDefault(argument => argument.StartsWith("--decode", StringComparison.Ordinal));
        if (decode is null)
            await PrintRequestsAsync(services, address);
        int[] chosen = decode?.Split('=') is [_, var number] ? [int.Parse(number, CultureInfo.InvariantCulture)] : Streams;
        foreach (int streams in chosen)
        {
            Overhead overhead = await DecodeOverhead.MeasureAsync(services, address, streams);
            PrintWay($"decode {streams} bare", overhead.Bare, overhead.Rounds);
            PrintWay($"decode {streams} told", overhead.Told, overhead.Rounds);
            PrintWay($"decode {streams} served", overhead.Served, overhead.Rounds);
        }
    }

    private static async Task PrintRequestsAsync(IngotServices services, Uri address)
    {
        RequestRate counting = await TokenCounting.MeasureAsync(address);
        Print("token counting", $"{counting.PerSecond:F0} requests/s; {counting.PerCoreSecond:F0} for each second of one core, client included");
        Print("counting alone", $"{await TokenCounting.MeasureAloneAsync(services):F0} for each second of one core, without HTTP and JSON");
        foreach (BodyTiming timing in await BodyMapping.MeasureAsync(services))
            Print(timing.Name, $"{timing.Milliseconds:F1} ms of one core to read and map {timing.Bytes / 1e6:F2} MB");
    }

    private static void PrintWay(string name, WayCost way, int rounds) => Print(
        name, $"{way.Speed:F1} tokens/s, {100 * way.Overhead:F1} % overhead (half of the measurements {100 * way.Least:F1} to {100 * way.Most:F1}); for each token {way.Use.Others:F0} µs of other threads than the model's, {way.Use.Sleeps:F2} of them put to sleep, {way.Use.Displaced:F2} of the model's displaced (medians of {rounds})");

    private static void Print(string name, FormattableString value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18}{value.ToString(CultureInfo.InvariantCulture)}"));
}
