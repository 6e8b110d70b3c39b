using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Server.Tests.Routes;

/// <summary>OpenAI's own JavaScript client continuing texts. Needs Node.js and the packages of <c>tests/clients</c>.</summary>
public sealed class JavaScriptCompletionTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task It_continues_texts_whole_and_streamed_and_reads_refusals()
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The client is not installed: npm ci --prefix tests/clients");
        const string Prompt = $"<|im_start|>user\n{ShippedModel.Question}<|im_end|>\n<|im_start|>assistant\n";

        ProgramRun run = await ProgramRun.RunAsync("node", [Path.Combine(folder, "completions.mjs"), $"{server.Url}/v1", ShippedModel.Name, Prompt]);

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement seen = JsonDocument.Parse(run.Output).RootElement;
        string[] texts = [.. seen.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        Assert.Equal([0, 1, 2, 3], seen.GetProperty("indexes").EnumerateArray().Select(index => index.GetInt32()));
        string answer = Assert.Single(texts.Distinct());
        Assert.Equal(answer, string.Concat(seen.GetProperty("tokens").EnumerateArray().Select(token => token.GetString())));
        Assert.Equal(8, seen.GetProperty("offsets").GetArrayLength());
        Assert.Equal(Prompt + answer, seen.GetProperty("streamed").GetString());
        Assert.Equal("length", seen.GetProperty("finishReason").GetString());
        // Two prompts and four answers of eight tokens here, one of each there.
        Assert.Equal(seen.GetProperty("totalTokens").GetInt32(), (2 * seen.GetProperty("streamedTokens").GetInt32()) + 16);
        Assert.Equal("""{"status":400,"code":"unsupported_value","param":"suffix"}""", seen.GetProperty("refusal").GetRawText());
        Assert.Equal($"{ShippedModel.Name}:1", seen.GetProperty("described").GetString());
    }
}
