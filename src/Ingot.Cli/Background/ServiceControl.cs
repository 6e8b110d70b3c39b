using System.Diagnostics;
using System.Net.Http.Headers;

namespace Ingot.Cli.Background;

/// <summary>Starts, stops and describes the service from another process.</summary>
internal static class ServiceControl
{
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Starts the service as a process of its own and returns when it answers.</summary>
    public static async Task<int> StartAsync(string? urls, CancellationToken cancellationToken)
    {
        if (await FindRunningAsync(cancellationToken) is { } running)
        {
            Console.Out.WriteLine($"🟢 Service is already running on {running.Urls[0]}/, PID {running.ProcessId}!");
            return ExitCode.Success;
        }

        using Process process = Process.Start(BackgroundCommand(urls))!;
        string? line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line?.StartsWith(ServiceProcess.ReadyPrefix, StringComparison.Ordinal) == true)
        {
            Console.Out.WriteLine($"🟢 Service is Started on {line[ServiceProcess.ReadyPrefix.Length..]}/, PID {process.Id}!");
            return ExitCode.Success;
        }

        string? reason = line ?? await process.StandardError.ReadLineAsync(cancellationToken);
        Notice.Error(reason ?? $"the service ended before it was ready; its log is {ServiceProcess.LogFile}");
        return ExitCode.Refused;
    }

    /// <summary>Stops the service and waits until its process is gone.</summary>
    public static async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        if (await FindRunningAsync(cancellationToken) is not { } running)
        {
            Console.Out.WriteLine("🔴 Service is stopped.");
            return ExitCode.Success;
        }

        using Process process = Process.GetProcessById(running.ProcessId);
        using (var client = new HttpClient { Timeout = StatusTimeout })
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", running.ShutdownToken);
            using HttpResponseMessage response = await client.PostAsync(LocalAddress(running, "shutdown"), null, cancellationToken);
            response.EnsureSuccessStatusCode();
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StopTimeout);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
        }

        Console.Out.WriteLine("🔴 Service is stopped.");
        return ExitCode.Success;
    }

    /// <summary>Prints where the service runs, in the words programs look for.</summary>
    public static async Task<int> StatusAsync(CancellationToken cancellationToken)
    {
        if (await FindRunningAsync(cancellationToken) is { } running)
        {
            Console.Out.WriteLine($"🟢 Model management service is running on {running.Urls[0]}/openai/status");
            return ExitCode.Success;
        }

        Console.Out.WriteLine("🔴 Model management service is not running!");
        Console.Out.WriteLine("To start the service, run the following command: foundry service start");
        return ExitCode.Refused;
    }

    /// <summary>The service that left a note and answers; a note without a service behind it counts as none.</summary>
    private static async Task<ServiceRecord?> FindRunningAsync(CancellationToken cancellationToken)
    {
        if (ServiceRecord.Read() is not { } record)
            return null;

        try
        {
            using var client = new HttpClient { Timeout = StatusTimeout };
            using HttpResponseMessage response = await client.GetAsync(LocalAddress(record, "openai/status"), cancellationToken);
            return response.IsSuccessStatusCode ? record : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>An address of the service as this machine reaches it; a service that listens everywhere also listens here.</summary>
    private static Uri LocalAddress(ServiceRecord record, string path)
    {
        var address = new UriBuilder(record.Urls[0]) { Path = path };
        if (address.Host is "0.0.0.0" or "[::]" or "*" or "+")
            address.Host = "127.0.0.1";
        return address.Uri;
    }

    private static ProcessStartInfo BackgroundCommand(string? urls)
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

        return start;
    }
}
