using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Ingot.Server.Http;

/// <summary>
/// The way in for programs of the same user that need no port: a Unix domain socket in a folder only this user can enter, on
/// Windows a named pipe. The same HTTP as on the ports. Where it cannot be had the service does without, and says why in its log.
/// </summary>
internal sealed partial class LocalPipe
{
    private const string UnixPrefix = "http://unix:";
    private const string WindowsPrefix = "http://pipe:/";
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private LocalPipe(string? name, string? address) => (Name, Address) = (name, address);

    /// <summary>What clients connect to: the socket's path or the pipe's name; null when there is none.</summary>
    public string? Name { get; }

    /// <summary>The address that the server listens on for it; null when there is none.</summary>
    public string? Address { get; }

    /// <summary>Makes room for the pipe that the options name.</summary>
    public static async Task<LocalPipe> PrepareAsync(ServerOptions options, ILogger<LocalPipe> logger, CancellationToken cancellationToken)
    {
        if (options.PipeName is not { } name)
            return new LocalPipe(null, null);
        if (OperatingSystem.IsWindows())
        {
            // Pipes of all users share their names.
            string own = $"{name}-{Environment.UserName}";
            return new LocalPipe(own, WindowsPrefix + own);
        }

        string path = Path.Combine(options.HomeFolder, "run", $"{name}.sock");
        if (await FaultAsync(path, cancellationToken) is not { } fault)
            return new LocalPipe(path, UnixPrefix + path);
        LogNoPipe(logger, path, fault);
        return new LocalPipe(null, null);
    }

    /// <summary>The addresses of a running server that clients on other machines or in other languages can use.</summary>
    public static IReadOnlyList<string> WithoutPipes(IServerAddressesFeature addresses) =>
    [
        .. addresses.Addresses.Where(address => !address.StartsWith(UnixPrefix, StringComparison.Ordinal) && !address.StartsWith(WindowsPrefix, StringComparison.Ordinal)),
    ];

    /// <summary>Whether a request came this way.</summary>
    public static bool Carries(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix || context.Features.Get<IConnectionNamedPipeFeature>() is not null;

    /// <summary>Makes the folder and removes what a killed service left; says why there can be no socket, or null.</summary>
    private static async Task<string?> FaultAsync(string path, CancellationToken cancellationToken)
    {
        // In the server's addresses a colon ends the path.
        if (path.Contains(':', StringComparison.Ordinal))
            return "the path has a colon";
        try
        {
            var end = new UnixDomainSocketEndPoint(path);
            string folder = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder, UserOnly);
            if (!File.Exists(path))
                return null;
            if (await AnswersAsync(end, cancellationToken))
                return "another service listens there";
            File.Delete(path);
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return "the path is longer than this system allows for sockets";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static async Task<bool> AnswersAsync(UnixDomainSocketEndPoint end, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await socket.ConnectAsync(end, patience.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody is there who does not get round to answering.
            return true;
        }
    }

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, Message = "No local pipe at {Path}: {Reason}")]
    private static partial void LogNoPipe(ILogger logger, string path, string reason);
}
