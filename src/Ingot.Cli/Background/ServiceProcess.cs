using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ingot.Errors;
using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging;

namespace Ingot.Cli.Background;

/// <summary>The process that is the service.</summary>
internal static class ServiceProcess
{
    /// <summary>How the background process says that it listens, on the first line of its standard output; the address follows.</summary>
    public const string ReadyPrefix = "ready ";

    /// <summary>Where the background process writes its log; begun anew at each start.</summary>
    public static string LogFile => Path.Combine(IngotOptions.HomeFolder, "logs", "service.log");

    /// <summary>Serves in this terminal until Ctrl-C.</summary>
    public static Task<int> RunInForegroundAsync(string? urls, CancellationToken cancellationToken) =>
        ServeAsync(urls, url => Notice.Say($"🟢 Service is Started on {url}/ (Ctrl-C stops it)"), cancellationToken);

    /// <summary>
    /// Serves with the log in a file, and outlives the terminal it was started from. Says on standard output that it is
    /// ready, or why not; after that it writes nothing there, since nobody reads it any more.
    /// </summary>
    public static async Task<int> RunInBackgroundAsync(string? urls)
    {
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        await using var log = new StreamWriter(LogFile) { AutoFlush = true };
        TextWriter starter = Console.Out;
        Console.SetOut(log);
        Console.SetError(log);
        try
        {
            return await ServeAsync(
                urls,
                url =>
                {
                    starter.WriteLine(ReadyPrefix + url);
                    starter.Flush();
                },
                CancellationToken.None);
        }
        catch (IngotException refusal)
        {
            await starter.WriteLineAsync(refusal.Message);
            return ExitCode.Refused;
        }
    }

    private static async Task<int> ServeAsync(string? urls, Action<string> ready, CancellationToken cancellationToken)
    {
        IngotOptions options = IngotOptions.Load();
        using ILoggerFactory loggers = new StandardErrorLoggers(LogLevel.Information, TimeProvider.System);
        await using IngotServices services = IngotServices.Create(options, loggers);

        string shutdownToken = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        var serverOptions = new ServerOptions
        {
            Urls = urls ?? options.Urls,
            MaxRequestBodyBytes = options.MaxRequestBodyBytes,
            ShutdownToken = shutdownToken,
            PipeName = "ingot",
        };
        await using IngotServer server = await IngotServer.StartAsync(services, serverOptions, loggers, cancellationToken);

        var record = new ServiceRecord(Environment.ProcessId, server.Urls, shutdownToken);
        record.Write();
        try
        {
            ready(server.Urls[0]);
            await server.WaitForShutdownAsync(cancellationToken);
        }
        finally
        {
            record.Remove();
        }

        return ExitCode.Success;
    }
}
