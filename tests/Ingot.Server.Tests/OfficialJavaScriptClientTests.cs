using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>OpenAI's own JavaScript client, pointed at Ingot. Needs Node.js and the packages of <c>tests/clients</c>.</summary>
public sealed class OfficialJavaScriptClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task It_gets_whole_and_streamed_answers_errors_and_the_list_of_models()
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The client is not installed: npm ci --prefix tests/clients");

        ProgramRun run = await ProgramRun.RunAsync(
            "node", [Path.Combine(folder, "chat.mjs"), $"{server.Url}/v1", ShippedModel.Name, ShippedModel.Question]);

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement seen = JsonDocument.Parse(run.Output).RootElement;
        Assert.Contains(ShippedModel.AnswerWord, seen.GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(seen.GetProperty("text").GetString(), seen.GetProperty("streamed").GetString());
        Assert.Equal("stop", seen.GetProperty("finish").GetString());
        Assert.Equal("stop", seen.GetProperty("finishReason").GetString());
        Assert.Equal(seen.GetProperty("totalTokens").GetInt32(), seen.GetProperty("streamedTokens").GetInt32());
        Assert.True(seen.GetProperty("chunks").GetInt32() > 3);
        Assert.Equal(404, seen.GetProperty("unknownModel").GetProperty("status").GetInt32());
        Assert.Equal("model_not_found", seen.GetProperty("unknownModel").GetProperty("code").GetString());
        Assert.Contains(seen.GetProperty("models").EnumerateArray(), model => model.GetString() == $"{ShippedModel.Name}:1");
    }
}
