using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Service;

/// <summary>A service that demands a key, and the command that started it.</summary>
public sealed class KeyedServiceTests : IDisposable
{
    private readonly Foundry _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task It_listens_everywhere_demands_its_key_and_obeys_its_own_command_without()
    {
        string[] start = ["service", "start", "--urls", "http://0.0.0.0:0", "-o", "json"];
        ProgramRun refused = await _foundry.RunAsync(start);
        string key = (await _foundry.RunAsync("keys", "create", "laptop")).Output.Trim();
        ProgramRun started = await _foundry.RunAsync(start);
        try
        {
            Assert.Contains("foundry keys create", refused.Error, StringComparison.Ordinal);
            Assert.True(started.ExitCode == 0, started.Error);
            var models = new Uri($"{JsonDocument.Parse(started.Output).RootElement.GetProperty("endpoint").GetString()}/v1/models");
            using var client = new HttpClient { Timeout = Waits.Longest };
            using HttpResponseMessage without = await client.GetAsync(models, TestContext.Current.CancellationToken);
            client.DefaultRequestHeaders.Add("api-key", key);
            using HttpResponseMessage with = await client.GetAsync(models, TestContext.Current.CancellationToken);
            ProgramRun own = await _foundry.RunAsync("service", "ps");

            Assert.Equal((401, 200, 0), ((int)without.StatusCode, (int)with.StatusCode, own.ExitCode));
        }
        finally
        {
            Assert.Contains("stopped", (await _foundry.RunAsync("service", "stop")).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_listens_nowhere_because_of_the_web_frameworks_own_settings()
    {
        _foundry.Variables["Kestrel__Endpoints__Open__Url"] = "http://0.0.0.0:0";
        _foundry.Variables["ASPNETCORE_URLS"] = "http://0.0.0.0:0";
        ProgramRun started = await _foundry.RunAsync("service", "start", "--urls", "http://127.0.0.1:0", "-o", "json");
        try
        {
            Assert.True(started.ExitCode == 0, started.Error);
            Assert.StartsWith("http://127.0.0.1:", JsonDocument.Parse(started.Output).RootElement.GetProperty("endpoint").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            Assert.Contains("stopped", (await _foundry.RunAsync("service", "stop")).Output, StringComparison.Ordinal);
        }
    }
}
