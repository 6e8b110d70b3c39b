using System.Text.Json;
using Ingot.Cli.Tests.Service;
using Ingot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingot.Cli.Tests.Commands;

/// <summary><c>foundry provider …</c>, and where what it adds shows.</summary>
public sealed class ProviderCommandTests : IDisposable
{
    private readonly InProcess _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task A_provider_is_added_extended_listed_and_removed()
    {
        await _foundry.OutputOfAsync("provider", "add", "cluster", "http://10.0.0.7:8000/v1", "--model", "meta/Llama=llama", "--key-variable", "CLUSTER_KEY");
        await _foundry.OutputOfAsync("provider", "add", "cluster", "http://10.0.0.8:8000/v1", "--model", "meta/Coder", "--display-name", "The cluster");

        JsonElement provider = Assert.Single(JsonDocument.Parse(await _foundry.OutputOfAsync("provider", "list", "-o", "json")).RootElement.EnumerateArray());
        Assert.Equal(("cluster", "The cluster", "CLUSTER_KEY"), (provider.GetProperty("name").GetString(), provider.GetProperty("displayName").GetString(), provider.GetProperty("keyVariable").GetString()));
        Assert.Equal(["http://10.0.0.7:8000/v1", "http://10.0.0.8:8000/v1"], provider.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()));
        Assert.Equal(["llama", "meta/Coder"], provider.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Contains("variable CLUSTER_KEY", await _foundry.OutputOfAsync("provider", "list"), StringComparison.Ordinal);

        JsonElement listed = JsonDocument.Parse(await _foundry.OutputOfAsync("model", "list", "--filter", "provider=cluster", "-o", "json")).RootElement;
        Assert.Equal([("llama", "elsewhere"), ("meta/Coder", "elsewhere")], listed.EnumerateArray().Select(model => (model.GetProperty("id").GetString()!, model.GetProperty("device").GetString()!)));

        await _foundry.OutputOfAsync("provider", "remove", "cluster", "--address", "http://10.0.0.7:8000/v1", "--model", "llama");
        Assert.DoesNotContain("llama", await _foundry.OutputOfAsync("provider", "list", "-o", "json"), StringComparison.Ordinal);
        await _foundry.OutputOfAsync("provider", "remove", "CLUSTER");
        Assert.Equal("[]", (await _foundry.OutputOfAsync("provider", "list", "-o", "json")).Trim());
    }

    [Theory]
    [InlineData("must have 1 to 256 models", "add", "x", "https://h/v1")]
    [InlineData("must have 1 to 32 addresses", "add", "x", "--model", "m")]
    [InlineData("no address", "add", "x", "h/v1", "--model", "m")]
    [InlineData("no user, query", "add", "x", "https://me:secret@h/v1", "--model", "m")]
    [InlineData("give the provider's an alias", "add", "x", "https://h/v1", "--model", "ingot-tiny-chat")]
    [InlineData("cannot be read", "add", "x", "https://h/v1", "--model", "m", "--key-file", "no-such-file")]
    [InlineData("no provider 'x'", "remove", "x")]
    [InlineData("no provider 'x'", "test", "x")]
    public async Task What_is_wrong_is_said_in_a_sentence_that_tells_no_secret(string words, params string[] arguments)
    {
        string refusal = await _foundry.RefusalOfAsync(1, ["provider", .. arguments]);

        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_says_what_the_running_service_knows_or_that_none_runs()
    {
        await _foundry.OutputOfAsync("provider", "add", "cluster", "http://10.0.0.7:8000/v1", "http://10.0.0.8:8000/v1", "--model", "m");
        await _foundry.OutputOfAsync("provider", "add", "lone", "http://10.0.0.9:8000/v1", "--model", "n");

        ProgramRun without = await _foundry.RunAsync("provider", "list");
        await using FakeService service = await FakeService.StartAsync(_foundry.Home);
        ProgramRun untold = await _foundry.RunAsync("provider", "list");
        service.Replicas = new[]
        {
            new { provider = "cluster", address = "http://10.0.0.7:8000/v1", state = "up", reason = (string?)null, active_requests = 3, since = 1L },
            new { provider = "cluster", address = "http://10.0.0.8:8000/v1", state = "full", reason = (string?)"it said so", active_requests = 0, since = 2L },
            new { provider = "lone", address = "http://10.0.0.9:8000/v1", state = "down", reason = (string?)"it refuses connections", active_requests = 0, since = 3L },
        };
        string told = await _foundry.OutputOfAsync("provider", "list");
        JsonElement cluster = JsonDocument.Parse(await _foundry.OutputOfAsync("provider", "list", "-o", "json")).RootElement[0];

        Assert.Equal((0, 0), (without.ExitCode, untold.ExitCode));
        Assert.Contains("No service runs", without.Error, StringComparison.Ordinal);
        Assert.Contains("does not tell", untold.Error, StringComparison.Ordinal);
        Assert.All([without.Output, untold.Output], list => Assert.Contains("http://10.0.0.9:8000/v1", list, StringComparison.Ordinal));
        Assert.Contains("1 of 2 up", told, StringComparison.Ordinal);
        Assert.Contains("down: it refuses connections", told, StringComparison.Ordinal);
        Assert.Equal([("up", 3), ("full", 0)], cluster.GetProperty("replicas").EnumerateArray().Select(replica => (replica.GetProperty("state").GetString()!, replica.GetProperty("activeRequests").GetInt32())));
    }

    [Fact]
    public async Task A_test_says_what_each_address_answers()
    {
        await _foundry.OutputOfAsync("provider", "add", "nobody", "http://127.0.0.1:9/v1", "--model", "m");

        Assert.Equal(1, (await _foundry.RunAsync("provider", "test", "nobody")).ExitCode);
        JsonElement probe = Assert.Single(JsonDocument.Parse((await _foundry.RunAsync("provider", "test", "nobody", "-o", "json")).Output).RootElement.EnumerateArray());

        Assert.False(probe.GetProperty("ok").GetBoolean());
        Assert.Contains("no connection", probe.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_listed_with_its_version_is_there_and_one_whose_name_only_begins_alike_is_not()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using WebApplication elsewhere = builder.Build();
        elsewhere.MapGet("/v1/models", () => Results.Text("""{"object":"list","data":[{"id":"tiny:1"},{"id":"large-2"}]}""", "application/json"));
        await elsewhere.StartAsync(TestContext.Current.CancellationToken);
        await _foundry.OutputOfAsync("provider", "add", "near", $"{elsewhere.Urls.Single()}/v1", "--model", "tiny", "--model", "large");

        JsonElement probe = Assert.Single(JsonDocument.Parse((await _foundry.RunAsync("provider", "test", "near", "-o", "json")).Output).RootElement.EnumerateArray());

        Assert.Equal("large", Assert.Single(probe.GetProperty("missing").EnumerateArray()).GetString());
    }
}
