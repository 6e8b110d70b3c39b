using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ingot.Benchmarks.Server;

/// <summary>The clients' process, as the measuring one sees it.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    /// <summary>The mode of this program that it runs.</summary>
    public const string Mode = "streaming-clients";

    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="address">Whom to ask.</param>
    /// <param name="streams">How many answers at a time.</param>
    /// <param name="body">The request, as JSON.</param>
    public ClientProcess(Uri address, int streams, object body)
    {
        string[] arguments = [typeof(ClientProcess).Assembly.Location, Mode, address.ToString(), $"{streams}"];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(body));
    }

    /// <summary>Has every client ask once.</summary>
    /// <returns>When the events of each came, by <see cref="Stopwatch"/>.</returns>
    public async Task<long[][]> AskAsync()
    {
        await _process.StandardInput.WriteLineAsync("again");
        string line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The clients are gone.");
        return [.. line.Split(';').Select(client => client.Split(',').Select(stamp => long.Parse(stamp, CultureInfo.InvariantCulture)).ToArray())];
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
