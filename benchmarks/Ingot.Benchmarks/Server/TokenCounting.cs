using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ingot.Benchmarks.Tokenizers;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Ingot.Benchmarks.Server;

/// <summary>How many requests were answered.</summary>
/// <param name="PerSecond">By the clock, on however much of the cores this process got.</param>
/// <param name="PerCoreSecond">For each second of one core that service and clients used together.</param>
internal readonly record struct RequestRate(double PerSecond, double PerCoreSecond);

/// <summary>Token-count requests a second, from a few connections that each wait for their answer before they ask again.</summary>
internal static class TokenCounting
{
    private const int Connections = 32;
    private const int Alone = 5000;
    private const string Instructions = "You are a helpful assistant.";
    private static readonly string Question = Prose.Write(300, seed: 3);
    private static readonly TimeSpan Warmth = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>Measures with a short conversation of about a hundred tokens.</summary>
    public static async Task<RequestRate> MeasureAsync(Uri address)
    {
        byte[] request = Request(address);
        await RunAsync(address, request, Warmth);
        return await RunAsync(address, request, Duration);
    }

    /// <summary>What the same conversation costs without the service around it: how many for each second of one core.</summary>
    public static async Task<double> MeasureAloneAsync(IngotServices services)
    {
        var turn = new ChatTurn
        {
            Model = "ingot-tiny-chat",
            Messages = [new TurnMessage { Role = TurnRole.System, Text = Instructions }, new TurnMessage { Role = TurnRole.User, Text = Question }],
        };
        for (int i = 0; i < Alone; i++)
            await services.Chat.CountTokensAsync(turn);
        TimeSpan used = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < Alone; i++)
            await services.Chat.CountTokensAsync(turn);
        return Alone / (Environment.CpuUsage.TotalTime - used).TotalSeconds;
    }

    private static async Task<RequestRate> RunAsync(Uri address, byte[] request, TimeSpan duration)
    {
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => AskAsync(address, request, start, duration)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return new RequestRate(counts.Sum() / elapsed.TotalSeconds, counts.Sum() / (Environment.CpuUsage.TotalTime - used).TotalSeconds);
    }

    private static async Task<int> AskAsync(Uri address, byte[] request, long start, TimeSpan duration)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        byte[] buffer = new byte[4096];
        int count = 0;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            await socket.SendAsync(request);
            await ReadAnswerAsync(socket, buffer);
            count++;
        }

        return count;
    }

    // An answer is one small chunked or counted body; its end is the end of the JSON object.
    private static async Task ReadAnswerAsync(Socket socket, byte[] buffer)
    {
        int length = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length));
            length += read;
            if (read == 0 || !buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
                throw new InvalidOperationException($"The service answered: {Encoding.UTF8.GetString(buffer, 0, length)}");
            if (IsWhole(buffer.AsSpan(0, length)))
                return;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int body = answer.IndexOf("\r\n\r\n"u8);
        if (body < 0)
            return false;
        bool chunked = answer[..body].IndexOf("chunked"u8) >= 0;
        return chunked ? answer.EndsWith("0\r\n\r\n"u8) : answer[^1] == '}';
    }

    private static byte[] Request(Uri address)
    {
        string body = JsonSerializer.Serialize(new
        {
            model = "ingot-tiny-chat",
            messages = new[] { new { role = "system", content = Instructions }, new { role = "user", content = Question } },
        });
        string head = $"POST /v1/chat/completions/tokenizer/encode/count HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n";
        return Encoding.UTF8.GetBytes(head + body);
    }
}
