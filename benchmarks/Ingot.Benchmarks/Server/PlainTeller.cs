using System.Net;
using System.Net.Sockets;
using Ingot.Engine;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// The least that tells somebody of an engine's tokens: each goes out, as an event written beforehand, by one call of the system
/// on the thread that the engine wakes. What this costs, no service is without.
/// </summary>
internal sealed class PlainTeller : IAsyncDisposable
{
    private static readonly byte[] Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] End = "0\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private readonly byte[] _event;

    /// <summary>Listens.</summary>
    /// <param name="engine">Whose tokens.</param>
    /// <param name="request">Which tokens; whatever is asked for.</param>
    /// <param name="eventBytes">How long an event is.</param>
    public PlainTeller(InferenceEngine engine, GenerationRequest request, int eventBytes)
    {
        string data = $"data: {new string('x', eventBytes)}\n\n";
        _event = System.Text.Encoding.ASCII.GetBytes($"{data.Length:x}\r\n{data}\r\n");
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        _accepting = AcceptAsync(engine, request);
    }

    /// <summary>Where to ask.</summary>
    public Uri Address { get; }

    /// <summary>Waits for the clients to leave, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_connections);
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync(InferenceEngine engine, GenerationRequest request)
    {
        try
        {
            while (true)
                _connections.Add(TellAsync(await _listener.AcceptAsync(), engine, request));
        }
        catch (SocketException)
        {
            // The listener was disposed: there is nobody left to tell.
        }
    }

    private async Task TellAsync(Socket socket, InferenceEngine engine, GenerationRequest request)
    {
        using Socket owned = socket;
        socket.NoDelay = true;
        byte[] buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer) > 0)
        {
            socket.Send(Head);
            await foreach (TokenEvent token in engine.Generate(request, CancellationToken.None))
                socket.Send(token.Token is null ? End : _event);
        }
    }
}
