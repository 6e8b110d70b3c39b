using System.Diagnostics;
using Ingot.Cli.Client;
using Ingot.Errors;

namespace Ingot.Cli.Background;

/// <summary>Finds, starts and stops the service from another process.</summary>
/// <param name="context">Whose service.</param>
internal sealed class ServiceControl(CommandContext context)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The service that left a note and answers with the process the note names; anything else that answers at its address
    /// has nothing to do with it.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public async Task<RunningService?> FindAsync(CancellationToken cancellationToken)
    {
        if (ServiceRecord.Read(context.Files) is not { } record)
            return null;
        var client = new ServiceClient(record, context.Environment.GetValueOrDefault("INGOT_API_KEY")?.Trim() is { Length: > 0 } key ? key : null);
        try
        {
            StatusReply status = await client.GetStatusAsync(cancellationToken);
            if (status.ProcessId == record.ProcessId)
                return new RunningService(client, status);
        }
        catch (IngotException)
        {
            // Whatever is there, it is not a service that can be used.
        }

        client.Dispose();
        return null;
    }

    /// <summary>As <see cref="FindAsync"/>, for commands that need one and do not start it.</summary>
    /// <exception cref="ServiceStoppedException">There is none.</exception>
    public async Task<RunningService> GetAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) ?? throw new ServiceStoppedException();

    /// <summary>The running service; starts it, and says so, when there is none.</summary>
    public async Task<RunningService> FindOrStartAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } running)
            return running;
        context.Say("Starting the service…");
        (RunningService started, _) = await StartAsync(null, cancellationToken);
        return started;
    }

    /// <summary>Starts the service as a process of its own and returns when it answers.</summary>
    /// <param name="urls">Where it is to listen; null leaves it to its options.</param>
    /// <param name="cancellationToken">Gives up waiting; what was started goes on.</param>
    /// <returns>The service, and whether it was started just now.</returns>
    /// <exception cref="IngotException">It cannot be started; says why.</exception>
    public async Task<(RunningService Service, bool IsNew)> StartAsync(string? urls, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } running)
            return (running, false);

        using Process process = Process.Start(BackgroundCommand(urls))!;
        string? line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line == ServiceProcess.AnotherLine)
            return (await WaitForOtherAsync(cancellationToken), false);
        if (line?.StartsWith(ServiceProcess.ReadyPrefix, StringComparison.Ordinal) == true && await FindAsync(cancellationToken) is { } started)
            return (started, true);
        string? reason = line ?? await process.StandardError.ReadLineAsync(cancellationToken);
        throw new IngotException(ErrorCode.NotReady, reason ?? $"The service ended before it was ready; its log is {context.Files.Log}.");
    }

    /// <summary>Stops the service and waits until its process is gone.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The note of the service that was stopped; null when none was running.</returns>
    public async Task<ServiceRecord?> StopAsync(CancellationToken cancellationToken)
    {
        using RunningService? running = await FindAsync(cancellationToken);
        ServiceRecord? record = running?.Client.Record;
        if (record is null)
        {
            // A service that does not answer still has its lock, and what holds the lock wrote the note.
            if (!ServiceLock.IsHeld(context.Files))
                return null;
            record = ServiceRecord.Read(context.Files)
                ?? throw new IngotException(ErrorCode.Conflict, "The service is just starting or ending; try again in a moment.");
        }

        using Process? process = ProcessOf(record);
        if (process is null)
            return record;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(running is null ? TimeSpan.Zero : StopTimeout);
        try
        {
            if (running is not null)
                await running.Client.ShutDownAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(cancellationToken);
            record.Remove(context.Files);
        }

        return record;
    }

    private static Process? ProcessOf(ServiceRecord record)
    {
        try
        {
            return record.ProcessId == Environment.ProcessId ? null : Process.GetProcessById(record.ProcessId);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Two commands may start the service at the same time; the one that came second uses the first one's.</summary>
    private async Task<RunningService> WaitForOtherAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(LookEvery);
        do
        {
            if (await FindAsync(cancellationToken) is { } running)
                return running;
        }
        while (Stopwatch.GetElapsedTime(start) < StartTimeout && await timer.WaitForNextTickAsync(cancellationToken));

        throw new IngotException(ErrorCode.NotReady, "There is a service, but it does not answer; 'foundry service stop' ends it.");
    }

    private ProcessStartInfo BackgroundCommand(string? urls)
    {
        // Run as "dotnet foundry.dll …" or as "foundry …": start the service the same way.
        string host = Environment.ProcessPath!;
        string program = Path.Combine(AppContext.BaseDirectory, "foundry.dll");
        bool throughHost = Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(host)
        {
            // All three, so that the service holds none of this command's own streams open after it has ended.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        string[] arguments = ["service", "start", "--background-process"];
        foreach (string argument in throughHost ? [program, .. arguments] : arguments)
            start.ArgumentList.Add(argument);
        if (urls is not null)
        {
            start.ArgumentList.Add("--urls");
            start.ArgumentList.Add(urls);
        }

        foreach ((string name, string value) in context.Environment)
            start.Environment[name] = value;
        return start;
    }
}
