using System.Diagnostics;

namespace Ingot.Benchmarks.Server;

/// <summary>This program once more, in a process of its own, as a service: it says where it listens and serves until its standard input ends.</summary>
internal sealed class ChildProgram : IAsyncDisposable, IDisposable
{
    private readonly Process _process;

    private ChildProgram(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens, without a path.</summary>
    public Uri Address { get; }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="mode">What it is to be: a mode of this program.</param>
    /// <param name="arguments">The mode's arguments.</param>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public static async Task<ChildProgram> StartAsync(string mode, params IEnumerable<string> arguments)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ChildProgram).Assembly.Location, mode, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A service did not start.");
        return new ChildProgram(process, new Uri(address));
    }

    /// <summary>The process's side: says where it listens and waits until it is not needed any more.</summary>
    public static async Task ServeAsync(string address)
    {
        Console.WriteLine(address);
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
