using System.IO.Pipes;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Ingot.Cli.Background;

namespace Ingot.Cli.Client;

/// <summary>How the command line reaches the service of its user.</summary>
internal static class ServiceConnection
{
    // A pipe that nobody serves is waited for.
    private static readonly TimeSpan PipeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The address of a service behind a pipe; any name of this machine will do.</summary>
    public static Uri PipeAddress { get; } = new("http://localhost/");

    /// <summary>By the pipe that only this user can open, whatever the service's addresses ask for.</summary>
    /// <param name="pipe">A Unix socket's path, on Windows a pipe's name.</param>
    public static SocketsHttpHandler ByPipe(string pipe)
    {
        SocketsHttpHandler handler = Plain();
        handler.ConnectCallback = (_, cancellationToken) => OperatingSystem.IsWindows() ? OpenPipeAsync(pipe, cancellationToken) : OpenSocketAsync(pipe, cancellationToken);
        return handler;
    }

    /// <summary>
    /// By the service's first address. One that is <c>https</c> must show the very certificate the service's note names, and then no
    /// authority need vouch for it.
    /// </summary>
    public static SocketsHttpHandler ByAddress(ServiceRecord record)
    {
        SocketsHttpHandler handler = Plain();
        if (record.Certificate is { } fingerprint)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown is not null && shown.GetCertHashString(HashAlgorithmName.SHA256).Equals(fingerprint, StringComparison.OrdinalIgnoreCase),
            };
        }

        return handler;
    }

    // A proxy is for other machines.
    private static SocketsHttpHandler Plain() => new() { UseProxy = false, AllowAutoRedirect = false };

    private static async ValueTask<Stream> OpenSocketAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> OpenPipeAsync(string name, CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(PipeTimeout, cancellationToken);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync();
            throw;
        }
    }
}
