using System.Text.Json;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>
/// OpenAI's JavaScript client and the AI SDK get calls and JSON from a model that would rather not. Needs Node.js and the
/// packages of <c>tests/clients</c>.
/// </summary>
public sealed class EnforcedClientTests
{
    private const string Both = """
        <tool_call>
        {"name": "weather", "arguments": {"city": "Rome"}}
        </tool_call>
        <tool_call>
        {"name": "time", "arguments": {"city": "Oslo"}}
        </tool_call>
        """;

    [Fact]
    public async Task Enforced_calls_and_schemas_reach_the_JavaScript_clients_whole_and_streamed()
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "ai")), "The clients are not installed: npm ci --prefix tests/clients");
        await using TestService service = await TestService.StartAsync(model => model.Load(new FakeRunner
        {
            VocabularySize = 260,
            ContextLength = 2048,
            EndOfSequenceIds = [TinyModel.End],
            Next = history => TestService.Continue(history, prompt => Tokens(prompt.Contains("both", StringComparison.Ordinal) ? Both : "No, I will not.")),
        }), model: new TinyModel(contextLength: 2048));

        ProgramRun run = await ProgramRun.RunAsync("node", [Path.Combine(folder, "enforced.mjs"), $"{service.Url}/v1", "tiny"]);

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement seen = JsonDocument.Parse(run.Output).RootElement;
        foreach (JsonElement answer in Answers(seen, "openai", "required"))
        {
            JsonElement call = CheckCalls(answer, 1)[0];
            Assert.Contains(call.GetProperty("name").GetString(), new[] { "weather", "time" });
        }

        Assert.All(Answers(seen, "openai", "named"), answer => Assert.Equal("time", CheckCalls(answer, 1)[0].GetProperty("name").GetString()));
        foreach (JsonElement answer in Answers(seen, "openai", "parallel").Concat(Answers(seen, "openai", "auto")))
        {
            JsonElement[] calls = CheckCalls(answer, 2);
            Assert.Equal(["weather", "time"], calls.Select(call => call.GetProperty("name").GetString()!));
            Assert.Equal(["Rome", "Oslo"], calls.Select(City));
        }

        foreach (JsonElement answer in Answers(seen, "openai", "schema"))
        {
            Assert.Contains(JsonElement.Parse(answer.GetProperty("content").GetString()!).GetProperty("colour").GetString(), new[] { "red", "green" });
            Assert.Equal("stop", answer.GetProperty("finish").GetString());
        }

        Assert.All(Answers(seen, "sdk", "required").Concat(Answers(seen, "sdk", "named")), answer => Assert.Single(answer.GetProperty("calls").EnumerateArray()));
        Assert.All(Answers(seen, "sdk", "named"), answer => Assert.Equal("time", answer.GetProperty("calls")[0].GetProperty("name").GetString()));
        foreach (JsonElement answer in Answers(seen, "sdk", "parallel"))
        {
            Assert.Equal(("", "tool-calls"), (answer.GetProperty("text").GetString(), answer.GetProperty("finish").GetString()));
            Assert.Equal(["Rome", "Oslo"], answer.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("city").GetString()!));
        }

        Assert.All(Answers(seen, "sdk", "schema"), answer => Assert.Contains(answer.GetProperty("colour").GetString(), new[] { "red", "green" }));
    }

    private static JsonElement.ArrayEnumerator Answers(JsonElement seen, string client, string name) => seen.GetProperty(client).GetProperty(name).EnumerateArray();

    private static JsonElement[] CheckCalls(JsonElement answer, int count)
    {
        JsonElement[] calls = [.. answer.GetProperty("calls").EnumerateArray()];
        Assert.Equal(("assistant", "", "tool_calls"), (answer.GetProperty("role").GetString(), answer.GetProperty("content").GetString(), answer.GetProperty("finish").GetString()));
        Assert.Equal(count, calls.Length);
        Assert.Equal(count, calls.Select(call => call.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(calls, call => Assert.Matches("^call_[A-Za-z0-9]{9}$", call.GetProperty("id").GetString()));
        Assert.All(calls, call => Assert.Contains(City(call), new[] { "Rome", "Oslo" }));
        return calls;
    }

    private static string City(JsonElement call) => JsonElement.Parse(call.GetProperty("arguments").GetString()!).GetProperty("city").GetString()!;

    // The markers are tokens of their own.
    private static int[] Tokens(string text) =>
        [.. text.ReplaceLineEndings("\n").Replace("</tool_call>", "\u0002", StringComparison.Ordinal).Replace("<tool_call>", "\u0001", StringComparison.Ordinal)
            .SelectMany(c => c switch { '\u0001' => [TinyModel.ToolCall], '\u0002' => [TinyModel.ToolCallEnd], _ => TinyModel.Tokens(c.ToString()) })];
}
