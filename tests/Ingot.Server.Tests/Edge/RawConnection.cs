using System.Net;
using System.Net.Sockets;
using System.Text;
using Ingot.Testing;

namespace Ingot.Server.Tests.Edge;

/// <summary>Sends bytes as they are, and reads all that comes back until the server closes.</summary>
internal static class RawConnection
{
    /// <summary>Sends one piece of bytes; the answer is what came until the end of the connection, in ISO 8859-1.</summary>
    public static async Task<RawAnswer> AskAsync(string url, byte[] sent)
    {
        using var patience = new CancellationTokenSource(Waits.Longest);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(url).Port), patience.Token);
        bool hangs = false;
        var answer = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        Task sending = SendAsync(socket, sent, patience.Token);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and int read)
                answer.Write(buffer, 0, read);
        }
        catch (SocketException)
        {
            // Closed with bytes unread, of which the server wants no more.
        }
        catch (OperationCanceledException)
        {
            hangs = true;
        }

        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new RawAnswer(Encoding.Latin1.GetString(answer.ToArray()), hangs);
    }

    private static async Task SendAsync(Socket socket, byte[] sent, CancellationToken cancellationToken)
    {
        try
        {
            for (int at = 0; at < sent.Length;)
                at += await socket.SendAsync(sent.AsMemory(at), cancellationToken);
        }
        catch (SocketException)
        {
            // As above.
        }
    }
}

/// <summary>What a server said.</summary>
/// <param name="Text">All of it.</param>
/// <param name="Hangs">Whether it then neither said more nor closed.</param>
internal sealed record RawAnswer(string Text, bool Hangs)
{
    /// <summary>The statuses of its answers, one after the other; none when it closed without a word.</summary>
    public IReadOnlyList<int> Statuses =>
    [
        .. Text.Split("HTTP/1.1 ").Skip(1).Select(answer => int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
