using System.Text.RegularExpressions;
using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary><c>foundry service …</c>, from start to stop.</summary>
public sealed partial class ServiceCommandTests : IDisposable
{
    private readonly Foundry _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task A_service_starts_says_where_it_is_answers_and_stops()
    {
        ProgramRun start = await _foundry.RunAsync("service", "start", "--port", "0");
        Assert.True(start.ExitCode == 0, start.Output + start.Error);
        try
        {
            ProgramRun status = await _foundry.RunAsync("service", "status");
            Match running = Running().Match(status.Output);
            Assert.True(running.Success, status.Output);

            using var client = new HttpClient();
            Assert.Contains("endpoints", await client.GetStringAsync(running.Groups["url"].Value), StringComparison.Ordinal);

            ProgramRun again = await _foundry.RunAsync("service", "start");
            Assert.Contains("already running", again.Output, StringComparison.Ordinal);
        }
        finally
        {
            ProgramRun stop = await _foundry.RunAsync("service", "stop");
            Assert.Contains("stopped", stop.Output, StringComparison.Ordinal);
        }

        ProgramRun after = await _foundry.RunAsync("service", "status");
        Assert.NotEqual(0, after.ExitCode);
        Assert.Contains("not running", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_so()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        ProgramRun start = await _foundry.RunAsync("service", "start", "--port", $"{port}");

        Assert.NotEqual(0, start.ExitCode);
        Assert.Contains($"{port}", start.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://192.0.2.1:5272")]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("5272")]
    public async Task An_address_that_cannot_be_listened_on_is_said_so(string address)
    {
        ProgramRun start = await _foundry.RunAsync("service", "start", "--urls", address);

        Assert.NotEqual(0, start.ExitCode);
        Assert.Contains(address, Assert.Single(start.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Model management service is running on (?<url>http://127\.0\.0\.1:\d+/openai/status)")]
    private static partial Regex Running();
}
