using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// Asks for streamed answers and notes when their events come, and nothing else: the least a client can do.
/// Runs on a thread of its own in a process of its own, for what clients cost is not the service's.
/// </summary>
internal sealed class StreamClient
{
    private static readonly byte[] End = "\r\n0\r\n\r\n"u8.ToArray();

    private readonly Uri _address;
    private readonly byte[] _request;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private StreamClient(Uri address, string body)
    {
        _address = address;
        _request = Encoding.UTF8.GetBytes($"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    /// <summary>
    /// The process: reads a request's body from the first line of standard input, asks once more on each further line, and
    /// then writes a line of when the events came, those of each client after a semicolon.
    /// </summary>
    /// <param name="arguments">The address and how many ask at a time.</param>
    public static async Task AnswerAsync(string[] arguments)
    {
        string body = await Console.In.ReadLineAsync() ?? "";
        StreamClient[] clients = [.. Enumerable.Range(0, int.Parse(arguments[1], CultureInfo.InvariantCulture)).Select(_ => new StreamClient(new Uri(arguments[0]), body))];
        while (await Console.In.ReadLineAsync() is not null)
        {
            long[][] stamps = await Task.WhenAll(clients.Select(client => Task.Factory.StartNew(client.Ask, TaskCreationOptions.LongRunning)));
            Console.WriteLine(string.Join(';', stamps.Select(client => string.Join(',', client))));
        }
    }

    private long[] Ask()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_address.Host, _address.Port);
        socket.Send(_request);
        var stamps = new List<long>();
        bool endsLine = false;
        int kept = 0;
        while (true)
        {
            int count = socket.Receive(_buffer, kept, _buffer.Length - kept, SocketFlags.None);
            long now = Stopwatch.GetTimestamp();
            if (count == 0)
                throw new InvalidOperationException("The service closed the connection.");
            foreach (byte value in _buffer.AsSpan(kept, count))
            {
                if (value == '\n' && endsLine)
                    stamps.Add(now);
                endsLine = value == '\n';
            }

            ReadOnlySpan<byte> all = _buffer.AsSpan(0, kept + count);
            if (stamps.Count == 0 && kept == 0 && !all.StartsWith("HTTP/1.1 200"u8))
                throw new InvalidOperationException(Encoding.UTF8.GetString(all));
            if (all.EndsWith(End))
                return [.. stamps];

            // The end may come in two pieces.
            kept = Math.Min(End.Length - 1, all.Length);
            all[^kept..].CopyTo(_buffer);
        }
    }
}
