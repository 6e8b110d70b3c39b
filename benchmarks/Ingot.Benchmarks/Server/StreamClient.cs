using System.Diagnostics;
using System.Net.Http.Headers;

namespace Ingot.Benchmarks.Server;

/// <summary>Asks for streamed answers and notes when their events come, and nothing else: the client is not what is measured.</summary>
internal sealed class StreamClient(Uri address, byte[] body) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan });

    /// <summary>One answer.</summary>
    /// <returns>When each of its events came.</returns>
    public async Task<long[]> ReadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        var stamps = new List<long>();
        byte[] buffer = new byte[16 * 1024];
        bool endsLine = false;
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
        {
            long now = Stopwatch.GetTimestamp();
            foreach (byte value in buffer.AsSpan(0, count))
            {
                if (value == '\n' && endsLine)
                    stamps.Add(now);
                endsLine = value == '\n';
            }
        }

        return [.. stamps];
    }

    public void Dispose() => _client.Dispose();
}
