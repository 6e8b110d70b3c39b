using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ingot.Models.Tests.Hub;

/// <summary>A proxy on this machine that opens tunnels (<c>CONNECT</c>), all of them to one server, and sees nothing of what goes through.</summary>
public sealed class TunnelProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tunnels = [];
    private readonly int _port;
    private readonly Task _accepting;

    /// <summary>A proxy that listens.</summary>
    /// <param name="server">Where every tunnel leads.</param>
    public TunnelProxy(Uri server)
    {
        _port = server.Port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The first lines of what it was asked.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_tunnels.Append(_accepting)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _tunnels.Add(TunnelAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
    }

    private async Task TunnelAsync(TcpClient client)
    {
        using (client)
        {
            var outside = client.GetStream();
            var head = await ReadHeadAsync(outside);
            Requests.Enqueue(head.Split('\r')[0]);
            if (!head.StartsWith("CONNECT ", StringComparison.Ordinal))
                return;
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
            await outside.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stop.Token);
            var inside = server.GetStream();
            await Task.WhenAny(outside.CopyToAsync(inside, _stop.Token), inside.CopyToAsync(outside, _stop.Token));
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, _stop.Token) > 0)
            head.Append((char)buffer[0]);
        return head.ToString();
    }
}
