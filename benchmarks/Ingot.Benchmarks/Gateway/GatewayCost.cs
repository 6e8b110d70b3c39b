using System.Diagnostics;
using System.Text;

namespace Ingot.Benchmarks.Gateway;

/// <summary>What one request costs.</summary>
/// <param name="Direct">Milliseconds straight to the provider, the median.</param>
/// <param name="Through">Milliseconds through the gateway, the median.</param>
/// <param name="Difference">Milliseconds, the median of each pair's difference.</param>
/// <param name="Requests">How many pairs.</param>
/// <param name="ProcessorMicroseconds">Processor time of the gateway for one.</param>
internal sealed record RequestCost(double Direct, double Through, double Difference, int Requests, double ProcessorMicroseconds);

/// <summary>What streams cost.</summary>
/// <param name="Direct">Events a second of all streams straight from the provider, the median.</param>
/// <param name="Through">The same through the gateway.</param>
/// <param name="Loss">By how much fewer, as a share; the median of the pairs.</param>
/// <param name="Rounds">How many pairs.</param>
/// <param name="ProcessorMicroseconds">Processor time of the gateway for one event.</param>
internal sealed record StreamCost(double Direct, double Through, double Loss, int Rounds, double ProcessorMicroseconds);

/// <summary>Measures a gateway in front of a provider that computes nothing.</summary>
internal sealed class GatewayCost(ChildService provider, ChildService gateway) : IDisposable
{
    private const int WarmUps = 3000;
    private const int Pairs = 3000;
    private const int Rounds = 5;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Sends small requests, one at a time.</summary>
    public async Task<RequestCost> OverheadAsync()
    {
        for (int request = 0; request < WarmUps; request++)
        {
            await TimeAsync(provider, request);
            await TimeAsync(gateway, request);
        }

        TimeSpan before = gateway.ProcessorTime;
        var pairs = new List<(double Direct, double Through)>();
        for (int request = 0; request < Pairs; request++)
        {
            bool directFirst = request % 2 == 0;
            double first = await TimeAsync(directFirst ? provider : gateway, request);
            double second = await TimeAsync(directFirst ? gateway : provider, request);
            pairs.Add(directFirst ? (first, second) : (second, first));
        }

        return new RequestCost(
            Median(pairs.Select(pair => pair.Direct)),
            Median(pairs.Select(pair => pair.Through)),
            Median(pairs.Select(pair => pair.Through - pair.Direct)),
            Pairs,
            (gateway.ProcessorTime - before).TotalMicroseconds / Pairs);
    }

    /// <summary>Reads so many streams at a time.</summary>
    /// <param name="streams">How many.</param>
    /// <param name="events">How many events each has.</param>
    /// <param name="pace">Milliseconds between two events of a stream; 0 for none.</param>
    public async Task<StreamCost> StreamsAsync(int streams, int events, int pace)
    {
        await SpeedAsync(provider, streams, events, pace);
        await SpeedAsync(gateway, streams, events, pace);
        await SpeedAsync(gateway, streams, events, pace);
        TimeSpan before = gateway.ProcessorTime;
        var pairs = new List<(double Direct, double Through)>();
        for (int round = 0; round < Rounds; round++)
        {
            bool directFirst = round % 2 == 0;
            double first = await SpeedAsync(directFirst ? provider : gateway, streams, events, pace);
            double second = await SpeedAsync(directFirst ? gateway : provider, streams, events, pace);
            pairs.Add(directFirst ? (first, second) : (second, first));
        }

        return new StreamCost(
            Median(pairs.Select(pair => pair.Direct)),
            Median(pairs.Select(pair => pair.Through)),
            Median(pairs.Select(pair => 1 - (pair.Through / pair.Direct))),
            Rounds,
            (gateway.ProcessorTime - before).TotalMicroseconds / (Rounds * streams * events));
    }

    public void Dispose() => _client.Dispose();

    private async Task<double> TimeAsync(ChildService service, int conversation)
    {
        long start = Stopwatch.GetTimestamp();
        await ReadAsync(service, PacedProvider.Request(0, 0, conversation), _buffer);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task<double> SpeedAsync(ChildService service, int streams, int events, int pace)
    {
        long start = Stopwatch.GetTimestamp();
        int[] bytes = await Task.WhenAll(Enumerable.Range(0, streams).Select(stream => ReadAsync(service, PacedProvider.Request(events, pace, stream), new byte[16 * 1024])));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int whole = (events * PacedProvider.Event.Length) + "data: [DONE]\n\n".Length;
        if (bytes.Any(count => count != whole))
            throw new InvalidOperationException("A stream was not whole.");
        return streams * events / seconds;
    }

    private async Task<int> ReadAsync(ChildService service, string body, byte[] buffer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Address, "/v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using Stream answer = await response.Content.ReadAsStreamAsync();
        int bytes = 0;
        while (await answer.ReadAsync(buffer) is var read && read > 0)
            bytes += read;
        return bytes;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
