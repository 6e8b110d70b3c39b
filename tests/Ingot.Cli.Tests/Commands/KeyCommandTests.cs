using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Commands;

/// <summary><c>foundry keys</c>.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private readonly InProcess _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task A_key_is_printed_alone_and_once()
    {
        ProgramRun made = await _foundry.RunAsync("keys", "create", "laptop");
        string key = made.Output.Trim();
        string list = await _foundry.OutputOfAsync("keys", "list");
        string file = await File.ReadAllTextAsync(Path.Combine(_foundry.Home, ".foundry", "keys.json"), TestContext.Current.CancellationToken);

        Assert.Matches("^ingot-[0-9a-f]{16}-[A-Za-z0-9_-]{43}$", key);
        Assert.Equal((0, true), (made.ExitCode, made.Error.Contains("shown only now", StringComparison.Ordinal)));
        Assert.Contains("laptop", list, StringComparison.Ordinal);
        Assert.DoesNotContain(key[^43..], list + file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_and_models_are_shown_as_json()
    {
        JsonElement made = Parse(await _foundry.OutputOfAsync("keys", "create", "ci", "--requests-per-minute", "60", "--tokens-per-minute", "1000", "--models", "a,b:1", "-o", "json"));
        JsonElement listed = Parse(await _foundry.OutputOfAsync("keys", "list", "-o", "json"))[0];

        Assert.StartsWith($"ingot-{listed.GetProperty("id").GetString()}-", made.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.False(listed.TryGetProperty("key", out _));
        foreach (JsonElement key in new[] { made, listed })
        {
            Assert.Equal((60, 1000), (key.GetProperty("requestsPerMinute").GetInt32(), key.GetProperty("tokensPerMinute").GetInt32()));
            Assert.Equal(["a", "b:1"], key.GetProperty("models").EnumerateArray().Select(model => model.GetString()));
        }
    }

    [Fact]
    public async Task A_revoked_key_is_listed_no_more()
    {
        await _foundry.OutputOfAsync("keys", "create", "laptop");

        Assert.Contains("laptop", await _foundry.OutputOfAsync("keys", "revoke", "laptop"), StringComparison.Ordinal);
        Assert.Equal("No key is valid.", (await _foundry.OutputOfAsync("keys", "list")).Trim());
        Assert.Contains("no key named 'laptop'", await _foundry.RefusalOfAsync(1, "keys", "revoke", "laptop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_effect_is_said()
    {
        _foundry.Variables["INGOT_AUTH"] = "none";

        Assert.Contains("demands no key", (await _foundry.RunAsync("keys", "create", "laptop")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "keys create a/b")]
    [InlineData(2, "keys create a --requests-per-minute 0")]
    [InlineData(2, "keys create")]
    [InlineData(1, "keys create a --models a,,b")]
    public async Task A_key_that_cannot_be_is_refused(int code, string line) => await _foundry.RefusalOfAsync(code, line.Split(' '));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
