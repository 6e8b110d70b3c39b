using System.Text.Json;
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

            using var client = new HttpClient { Timeout = Waits.Longest };
            Assert.Contains("endpoints", await client.GetStringAsync(running.Groups["url"].Value), StringComparison.Ordinal);

            ProgramRun again = await _foundry.RunAsync("service", "start");
            Assert.Contains("already running", again.Output, StringComparison.Ordinal);
            JsonElement facts = await JsonAsync("service", "start");
            Assert.StartsWith(facts.GetProperty("endpoint").GetString()!, running.Groups["url"].Value, StringComparison.Ordinal);
        }
        finally
        {
            ProgramRun stop = await _foundry.RunAsync("service", "stop");
            Assert.Contains("stopped", stop.Output, StringComparison.Ordinal);
        }

        ProgramRun after = await _foundry.RunAsync("service", "status");
        Assert.Equal(ExitCode.NotRunning, after.ExitCode);
        Assert.Contains("not running", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_loaded_by_a_service_that_starts_for_it_shown_and_unloaded()
    {
        _foundry.Variables["INGOT_URLS"] = "http://127.0.0.1:0";
        ProgramRun load = await _foundry.RunAsync("model", "load", ShippedModel.Name, "--keep");
        try
        {
            Assert.True(load.ExitCode == 0, load.Error);
            JsonElement model = Assert.Single((await JsonAsync("service", "ps")).EnumerateArray());
            Assert.Equal(($"{ShippedModel.Name}:1", "loaded", true), (model.GetProperty("id").GetString(), model.GetProperty("state").GetString(), model.GetProperty("pinned").GetBoolean()));
            Assert.True(model.GetProperty("memoryBytes").GetInt64() > 1_000_000);
            Assert.Contains((await JsonAsync("service", "list")).EnumerateArray(), name => name.GetString()!.StartsWith(ShippedModel.Name, StringComparison.Ordinal));

            Assert.True((await JsonAsync("model", "unload", ShippedModel.Name)).GetProperty("changed").GetBoolean());
            Assert.Equal(0, (await JsonAsync("service", "ps")).GetArrayLength());
        }
        finally
        {
            await _foundry.RunAsync("service", "stop");
        }
    }

    [Fact]
    public async Task Two_starts_at_the_same_time_make_one_service()
    {
        ProgramRun[] starts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _foundry.RunAsync("service", "start", "--port", "0")));
        try
        {
            Assert.All(starts, start => Assert.True(start.ExitCode == 0, start.Error));
            Assert.Single(starts.Select(start => ProcessId().Match(start.Output).Value).Distinct());
            Assert.Single(starts, start => start.Output.Contains("Started", StringComparison.Ordinal));
        }
        finally
        {
            await _foundry.RunAsync("service", "stop");
        }
    }

    [Fact]
    public async Task A_restart_is_another_process_where_the_first_was_told_to_listen()
    {
        await _foundry.RunAsync("service", "start", "--urls", "http://127.0.0.1:0");
        try
        {
            JsonElement before = await StatusAsync();

            ProgramRun restart = await _foundry.RunAsync("server", "restart");

            Assert.True(restart.ExitCode == 0, restart.Error);
            JsonElement after = await StatusAsync();
            Assert.NotEqual(before.GetProperty("processId").GetInt32(), after.GetProperty("processId").GetInt32());
            Assert.NotEqual(5272, new Uri(after.GetProperty("endpoint").GetString()!).Port);
            Assert.NotEmpty(await File.ReadAllLinesAsync(after.GetProperty("logFile").GetString()!));
        }
        finally
        {
            await _foundry.RunAsync("service", "stop");
        }
    }

    [Fact]
    public async Task The_service_outlives_the_terminal_it_was_started_from()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs setsid and a session of its own.");
        ProgramRun shell = await _foundry.RunInShellAsync("setsid sh -c 'dotnet \"$0\" service start --port 0; kill -HUP 0' \"$FOUNDRY\"");
        try
        {
            Assert.Contains("Started", shell.Output, StringComparison.Ordinal);
            int process = (await StatusAsync()).GetProperty("processId").GetInt32();
            string[] fields = (await File.ReadAllTextAsync($"/proc/{process}/stat")).Split(')')[^1].Trim().Split(' ');
            Assert.Equal((process, "0"), (int.Parse(fields[3], null), fields[4]));
        }
        finally
        {
            await _foundry.RunAsync("service", "stop");
        }
    }

    [Fact]
    public async Task A_service_that_was_killed_leaves_nothing_in_the_way()
    {
        await _foundry.RunAsync("service", "start", "--port", "0");
        using (var process = System.Diagnostics.Process.GetProcessById((await StatusAsync()).GetProperty("processId").GetInt32()))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Equal(ExitCode.NotRunning, (await _foundry.RunAsync("service", "status")).ExitCode);
        Assert.Equal(0, (await _foundry.RunAsync("service", "stop")).ExitCode);
        Assert.Contains("Started", (await _foundry.RunAsync("service", "start", "--port", "0")).Output, StringComparison.Ordinal);
        await _foundry.RunAsync("service", "stop");
    }

    [Fact]
    public async Task A_service_that_hangs_can_be_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the signal that halts a process.");
        await _foundry.RunAsync("service", "start", "--port", "0");
        int process = (await StatusAsync()).GetProperty("processId").GetInt32();
        await ProgramRun.RunAsync("kill", ["-STOP", $"{process}"]);

        ProgramRun stop = await _foundry.RunAsync("service", "stop");

        Assert.True(stop.ExitCode == 0, stop.Error);
        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(process));
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

    private Task<JsonElement> StatusAsync() => JsonAsync("service", "status");

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        ProgramRun run = await _foundry.RunAsync([.. arguments, "-o", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    [GeneratedRegex(@"Model management service is running on (?<url>http://127\.0\.0\.1:\d+/openai/status)")]
    private static partial Regex Running();

    [GeneratedRegex(@"PID \d+")]
    private static partial Regex ProcessId();
}
