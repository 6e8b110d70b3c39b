using System.Text.Json;
using Ingot.Service.Callers;
using Ingot.Service.Providers;
using Ingot.Testing;

namespace Ingot.Gateway.Tests;

/// <summary>
/// One Ingot before another, asked by OpenAI's client for JavaScript and by the AI SDK. They need Node.js and the packages of <c>tests/clients</c>.
/// </summary>
public sealed class JavaScriptClientTests
{
    [Fact]
    public async Task They_use_a_model_that_lives_elsewhere_and_what_is_kept_of_it_there()
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The clients are not installed: npm ci --prefix tests/clients");
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(
            GatewayService.Provider(new Uri($"{back.Url}/v1")) with { Models = [new ProviderModel("tiny", "far")] });
        var keys = new ApiKeyFile(front.Home, TimeProvider.System);
        string mine = (await keys.CreateAsync(new ApiKey("", "mine", default), CancellationToken.None)).Text;
        string theirs = (await keys.CreateAsync(new ApiKey("", "theirs", default), CancellationToken.None)).Text;

        ProgramRun run = await ProgramRun.RunAsync("node", [Path.Combine(folder, "gateway.mjs"), $"{front.Url}/v1", "far", mine, theirs]);

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement seen = JsonDocument.Parse(run.Output).RootElement;
        Assert.Contains("far", Texts(seen, "models"));
        Assert.Equal(["here", "here"], Texts(seen, "chats"));
        Assert.Equal(["here", "here", "here"], Texts(seen, "responses"));
        Assert.Equal(["response.created", "response.completed"], Texts(seen, "types"));
        Assert.Equal("true true", $"{seen.GetProperty("same").GetRawText()} {seen.GetProperty("again").GetRawText()}");
        Assert.Equal(["One", "here", "Two", "here", "Three"], Texts(seen, "items"));
        Assert.Equal("""["queued",true]""", seen.GetProperty("cancelled").GetRawText());
        Assert.Equal([null, null, "previous_response_id", null], seen.GetProperty("foreign").EnumerateArray().Select(refusal => refusal.GetProperty("param").GetString()));
        Assert.All([.. seen.GetProperty("foreign").EnumerateArray(), seen.GetProperty("deleted")], refusal => Assert.Equal((404, "not_found"), (refusal.GetProperty("status").GetInt32(), refusal.GetProperty("code").GetString())));
        Assert.Equal("""{"status":404,"code":"model_not_found","param":"model"}""", seen.GetProperty("unknown").GetRawText());
        Assert.Equal(["here", "here", "stop", "stop"], Texts(seen, "sdk"));
        Assert.All(["tokens", "sdkTokens"], name => Assert.Single(seen.GetProperty(name).EnumerateArray().Select(tokens => tokens.GetInt32()).Distinct(), tokens => tokens > 0));
    }

    private static IEnumerable<string?> Texts(JsonElement seen, string name) => seen.GetProperty(name).EnumerateArray().Select(text => text.GetString());
}
