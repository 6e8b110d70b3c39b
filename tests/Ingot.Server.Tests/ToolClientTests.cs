using System.ClientModel;
using System.Text.Json;
using Ingot.Service.Tests;
using Ingot.Testing;
using OpenAI;
using OpenAI.Chat;

namespace Ingot.Server.Tests;

/// <summary>
/// Programs of others that call tools, think and fail: OpenAI's clients for .NET and JavaScript, and the AI SDK. The JavaScript
/// ones need Node.js and the packages of <c>tests/clients</c>.
/// </summary>
public sealed class ToolClientTests
{
    private const string Call = """<think>I need a tool.</think><tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""";

    /// <summary>A template by which the model may think.</summary>
    private const string Template = TinyModel.Template + "{# <think> #}";

    [Fact]
    public async Task The_dotnet_client_calls_a_tool_and_sends_its_result_back()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);
        ChatClient client = Client(service);
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "Tells the weather.") }, AllowParallelToolCalls = false };
        List<ChatMessage> messages = [new UserChatMessage("How warm is it in Rome?")];

        ChatCompletion called = await client.CompleteChatAsync(messages, options);
        messages.Add(new AssistantChatMessage(called));
        messages.Add(new ToolChatMessage(called.ToolCalls[0].Id, "21 degrees"));
        ChatCompletion answered = await client.CompleteChatAsync(messages, options);

        Assert.Equal(ChatFinishReason.ToolCalls, called.FinishReason);
        Assert.Equal(("weather", """{"city": "Rome"}"""), (called.ToolCalls[0].FunctionName, called.ToolCalls[0].FunctionArguments.ToString()));
        Assert.Equal("It is 21 degrees.", answered.Content[0].Text);
        Assert.Matches("^fp_[0-9a-f]{10}$", answered.SystemFingerprint);
    }

    [Fact]
    public async Task The_dotnet_client_streams_a_tool_call_and_counts()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "Tells the weather.") } };

        string name = "", arguments = "";
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in Client(service).CompleteChatStreamingAsync([new UserChatMessage("How warm is it in Rome?")], options))
        {
            foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
            {
                Assert.Equal(0, call.Index);
                name += call.FunctionName;
                arguments += call.FunctionArgumentsUpdate.ToString();
            }

            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        Assert.Equal(("weather", """{"city": "Rome"}""", ChatFinishReason.ToolCalls), (name, arguments, finish));
        Assert.True(usage!.OutputTokenDetails.ReasoningTokenCount > 5);
    }

    [Fact]
    public async Task The_dotnet_client_gets_several_log_probabilities_and_refusals_by_field()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);

        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => Client(service).CompleteChatAsync(
            [new UserChatMessage("Hi")], new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("s", BinaryData.FromString("""{"type": "text"}""")) }));
        ChatCompletion answer = await Client(service).CompleteChatAsync(
            [new UserChatMessage("Hi")], new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2, StopSequences = { " aus" } });

        Assert.Equal(400, refusal.Status);
        Assert.Contains("response_format", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("Grüße 🙂", answer.Content[0].Text);
        Assert.Equal(
            "Grüße 🙂"u8.ToArray(),
            answer.ContentTokenLogProbabilities.SelectMany(token => token.Utf8Bytes!.Value.ToArray()).Take("Grüße 🙂"u8.Length));
    }

    [Fact]
    public async Task The_JavaScript_client_runs_tools_gathers_streams_and_sees_one_fail()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);
        int steps = 0;
        await using TestService failing = await TestService.StartAsync(model => model.Load(new FakeRunner
        {
            VocabularySize = 260,
            Next = _ => 'a',
            OnStep = _ =>
            {
                if (++steps == 4)
                    throw new InvalidOperationException("broken");
            },
        }));

        JsonElement seen = await RunAsync("chat-tools.mjs", "openai", $"{service.Url}/v1", "tiny", $"{failing.Url}/v1");

        Assert.Equal("It is 21 degrees.", seen.GetProperty("ran").GetString());
        Assert.Equal("It is 21 degrees.", seen.GetProperty("streamedRun").GetString());
        Assert.Equal("""["Rome","Rome"]""", seen.GetProperty("asked").GetRawText());
        Assert.Equal("""["user","assistant","tool","assistant"]""", seen.GetProperty("roles").GetRawText());
        Assert.Equal("""["Grüße 🙂 aus Rom.","Grüße 🙂 aus Rom."]""", seen.GetProperty("accumulated").GetRawText());
        Assert.All(seen.GetProperty("accumulatedTokens").EnumerateArray(), tokens => Assert.EndsWith(" aus Rom.", tokens.GetString(), StringComparison.Ordinal));
        Assert.True(seen.GetProperty("usage").GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32() > 0);
        Assert.Equal(
            """{"finish":"function_call","call":{"name":"weather","arguments":"{\"city\": \"Rome\"}"}}""", seen.GetProperty("older").GetRawText());
        Assert.Equal("aaa", seen.GetProperty("beforeFailure").GetString());
        Assert.Equal("""{"code":"internal","type":"server_error","name":"APIError"}""", seen.GetProperty("failure").GetRawText());
    }

    [Fact]
    public async Task The_AI_SDK_gets_text_thinking_tools_and_refusals()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);

        JsonElement seen = await RunAsync("ai-sdk.mjs", "ai", $"{service.Url}/v1", "tiny");

        Assert.Equal("Grüße 🙂 aus ", seen.GetProperty("text").GetString());
        Assert.Equal("Hm.", seen.GetProperty("reasoning").GetString());
        Assert.Equal("stop", seen.GetProperty("finish").GetString());
        Assert.Equal(seen.GetProperty("text").GetString(), seen.GetProperty("streamed").GetString());
        Assert.True(seen.GetProperty("pieces").GetInt32() > 3);
        Assert.Equal("Hm.", seen.GetProperty("streamedReasoning").GetString());
        Assert.Equal("stop", seen.GetProperty("streamedFinish").GetString());
        Assert.Equal(seen.GetProperty("totalTokens").GetInt32(), seen.GetProperty("streamedTokens").GetInt32());
        Assert.Equal("It is 21 degrees.", seen.GetProperty("called").GetString());
        Assert.Equal(2, seen.GetProperty("steps").GetInt32());
        Assert.Equal("It is 21 degrees.", seen.GetProperty("streamedAnswer").GetString());
        Assert.Equal("""["Rome"]["Rome"]""", seen.GetProperty("asked").GetRawText() + seen.GetProperty("streamedAsked").GetRawText());
        JsonElement[] refusals = [.. seen.GetProperty("refusals").EnumerateArray()];
        Assert.Equal([404, 400], refusals.Select(refusal => refusal.GetProperty("status").GetInt32()));
        Assert.Contains("no-such-model", refusals[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("reasoning_effort", refusals[1].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string Answer(string prompt) =>
        prompt.Contains("21 degrees", StringComparison.Ordinal) ? "It is 21 degrees."
        : prompt.Contains("How warm", StringComparison.Ordinal) ? Call
        : "<think>Hm.</think>Grüße 🙂 aus Rom.";

    private static ChatClient Client(TestService service) =>
        new("tiny", new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri($"{service.Url}/v1") });

    private static async Task<JsonElement> RunAsync(string script, string package, params string[] arguments)
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", package)), "The client is not installed: npm ci --prefix tests/clients");
        ProgramRun run = await ProgramRun.RunAsync("node", [Path.Combine(folder, script), .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
