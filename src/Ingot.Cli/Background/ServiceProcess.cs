using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ingot.Cli.Diagnosis;
using Ingot.Errors;
using Ingot.Gateway;
using Ingot.Models.Store;
using Ingot.Server;
using Ingot.Service;
using Ingot.Service.Providers;
using Microsoft.Extensions.Logging;

namespace Ingot.Cli.Background;

/// <summary>The process that is the service.</summary>
internal static partial class ServiceProcess
{
    /// <summary>How the background process says that it listens, on the first line of its standard output; the address follows.</summary>
    public const string ReadyPrefix = "ready ";

    /// <summary>How it says that there is a service already.</summary>
    public const string AnotherLine = "another";

    /// <summary>Serves in this terminal until Ctrl-C.</summary>
    public static async Task<int> RunInForegroundAsync(CommandContext context, string? urls, CancellationToken cancellationToken)
    {
        using FileLock held = ServiceLock.TryTake(context.Files)
            ?? throw new IngotException(ErrorCode.Conflict, "The service is already running; 'foundry service stop' ends it.");
        return await ServeAsync(
            context, urls, context.Error, url => context.Say($"🟢 Service is Started on {url}/ (Ctrl-C stops it)"), cancellationToken);
    }

    /// <summary>
    /// Serves with the log in a file, and outlives the terminal it was started from. Says on standard output that it is
    /// ready, or why not; after that it writes nothing there, since nobody reads it any more.
    /// </summary>
    public static async Task<int> RunInBackgroundAsync(CommandContext context, string? urls)
    {
        Session.Leave();
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        TextWriter starter = context.Output;
        using FileLock? held = ServiceLock.TryTake(context.Files);
        if (held is null)
        {
            await starter.WriteLineAsync(AnotherLine);
            return ExitCode.Refused;
        }

        await using var log = new RollingLog(context.Files.Log);
        Console.SetOut(log);
        Console.SetError(log);
        AppDomain.CurrentDomain.UnhandledException += (_, fault) => log.WriteLine($"Critical: {fault.ExceptionObject}");
        try
        {
            return await ServeAsync(
                context,
                urls,
                log,
                url =>
                {
                    starter.WriteLine(ReadyPrefix + url);
                    starter.Flush();
                },
                CancellationToken.None);
        }
        catch (IngotException refusal)
        {
            log.WriteLine($"The service was not started: {refusal.Message}");
            await starter.WriteLineAsync(refusal.Message);
            return ExitCode.Refused;
        }
    }

    private static async Task<int> ServeAsync(
        CommandContext context, string? urls, TextWriter log, Action<string> ready, CancellationToken cancellationToken)
    {
        ServiceRecord.RemoveStale(context.Files);
        IngotOptions options = context.LoadOptions();
        using var loggers = new LineLoggers(LogLevel.Information, log, TimeProvider.System);
        await using IngotServices services = IngotServices.Create(options, loggers);

        var providers = new ProviderBook(context.Files.Home, loggers.CreateLogger<ProviderBook>());

        string shutdownToken = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        var serverOptions = new ServerOptions
        {
            Urls = urls ?? options.Urls,
            MaxRequestBodyBytes = options.MaxRequestBodyBytes,
            ShutdownToken = shutdownToken,
            PipeName = "ingot",
            Parts = [GatewayPart.Create(providers, GatewayOptions.Of(options))],
            HomeFolder = context.Files.Home,
        };
        await using IngotServer server = await IngotServer.StartAsync(services, serverOptions, loggers, cancellationToken);

        var record = new ServiceRecord(
            Environment.ProcessId,
            server.Urls,
            shutdownToken,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            urls,
            server.PipeName,
            server.CertificateFingerprint);
        record.Write(context.Files);
        ILogger logger = loggers.CreateLogger(nameof(ServiceProcess));
        LogStarted(logger, server.Urls, Environment.ProcessId, Machine.Version);
        try
        {
            ready(server.Urls[0]);
            await server.WaitForShutdownAsync(cancellationToken);
        }
        finally
        {
            record.Remove(context.Files);
            LogStopped(logger);
        }

        return ExitCode.Success;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The service listens on {Urls}, process {Process}, version {Version}")]
    private static partial void LogStarted(ILogger logger, IReadOnlyList<string> urls, int process, string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "The service ends")]
    private static partial void LogStopped(ILogger logger);
}
