using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>A running <c>llama-server</c>, with as many slots as there are sequences and each with room for the longest chat.</summary>
internal sealed class LlamaServer : IDisposable
{
    private readonly Process _process;

    private LlamaServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    /// <summary>The program: the one named, or the first on the path; null if there is none.</summary>
    public static string? Find(string? named)
    {
        string file = OperatingSystem.IsWindows() ? "llama-server.exe" : "llama-server";
        return named ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready after two minutes.</exception>
    public static async Task<LlamaServer> StartAsync(string program, string model, int threads)
    {
        int port = FreePort();
        string[] arguments =
        [
            "--model", model, "--host", "127.0.0.1", "--port", $"{port}", "--threads", $"{threads}", "--parallel", $"{Load.MostTogether}",
            "--ctx-size", (Load.MostTogether * Load.SlotTokens).ToString(CultureInfo.InvariantCulture), "--gpu-layers", "0", "--log-disable",
        ];
        Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new LlamaServer(process, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await server.WaitAsync();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task WaitAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromMinutes(2))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"llama-server ended with {_process.ExitCode} instead of answering.");
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri("health", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("llama-server was not ready after two minutes.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
