using System.ClientModel;
using System.Text.Json;
using Ingot.Service.Tests;
using Ingot.Testing;
using OpenAI.Responses;

namespace Ingot.Server.Tests.Responses;

/// <summary>
/// OpenAI's own clients, pointed at Ingot's responses. The JavaScript one needs Node.js and the packages of <c>tests/clients</c>.
/// </summary>
public sealed class ResponseClientTests
{
    private const string Call = """<think>I need a tool.</think><tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""";
    private const string Template = TinyModel.Template + "{# <think> #}";

    [Fact]
    public async Task The_dotnet_client_gets_whole_and_streamed_text()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);

        ResponseResult whole = await Client(service).CreateResponseAsync("tiny", "Say hello.");
        string streamed = "";
        ResponseResult? last = null;
        var types = new List<string>();
        await foreach (StreamingResponseUpdate update in await Client(service).CreateResponseStreamingAsync("tiny", "Say hello."))
        {
            types.Add(update.GetType().Name);
            streamed += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            last = (update as StreamingResponseCompletedUpdate)?.Response ?? last;
        }

        Assert.Equal(("Grüße 🙂 aus Rom.", "Grüße 🙂 aus Rom."), (whole.GetOutputText(), streamed));
        Assert.Equal(ResponseStatus.Completed, whole.Status);
        Assert.Equal(whole.GetOutputText(), last!.GetOutputText());
        Assert.Equal(whole.Usage.TotalTokenCount, whole.Usage.InputTokenCount + whole.Usage.OutputTokenCount);
        Assert.True(whole.Usage.OutputTokenDetails.ReasoningTokenCount > 0);
        Assert.Contains(nameof(StreamingResponseContentPartAddedUpdate), types);
        Assert.Contains(nameof(StreamingResponseOutputItemDoneUpdate), types);
    }

    [Fact]
    public async Task The_dotnet_client_calls_a_tool_and_sends_its_result_back()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);
        var options = new CreateResponseOptions { Model = "tiny", StoredOutputEnabled = false, ParallelToolCallsEnabled = false };
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", BinaryData.FromString("""{"type": "object", "properties": {"city": {"type": "string"}}}"""), false, "Tells the weather."));
        options.InputItems.Add(ResponseItem.CreateUserMessageItem("How warm is it in Rome?"));

        ResponseResult called = await Client(service).CreateResponseAsync(options);
        var call = Assert.IsType<FunctionCallResponseItem>(called.OutputItems[^1]);
        foreach (ResponseItem item in called.OutputItems)
            options.InputItems.Add(item);
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "21 degrees"));
        ResponseResult answered = await Client(service).CreateResponseAsync(options);

        Assert.Equal(("weather", """{"city": "Rome"}"""), (call.FunctionName, call.FunctionArguments.ToString()));
        Assert.Equal("It is 21 degrees.", answered.GetOutputText());
        Assert.IsType<ReasoningResponseItem>(called.OutputItems[0]);
    }

    [Fact]
    public async Task The_dotnet_client_streams_a_call_and_reads_a_refusal()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);
        var options = new CreateResponseOptions { Model = "tiny", StreamingEnabled = true };
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", BinaryData.FromString("{}"), false, "Tells the weather."));
        options.InputItems.Add(ResponseItem.CreateUserMessageItem("How warm is it in Rome?"));

        string arguments = "";
        await foreach (StreamingResponseUpdate update in await Client(service).CreateResponseStreamingAsync(options))
            arguments += (update as StreamingResponseFunctionCallArgumentsDeltaUpdate)?.Delta.ToString();
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => Client(service).CreateResponseAsync("no-such-model", "Hi"));

        Assert.Equal("""{"city": "Rome"}""", arguments);
        Assert.Equal(404, refusal.Status);
    }

    [Fact]
    public async Task The_JavaScript_client_gets_text_objects_thinking_and_tool_calls()
    {
        await using TestService service = await TestService.AnsweringAsync(Answer, Template);

        JsonElement seen = await RunAsync("responses.mjs", $"{service.Url}/openai/v1", "tiny");

        Assert.Equal("""["Grüße 🙂 aus Rom.","Grüße 🙂 aus Rom.","Grüße 🙂 aus Rom."]""", seen.GetProperty("texts").GetRawText());
        Assert.Equal("Hm.", seen.GetProperty("thinking").GetString());
        Assert.Equal("""["It is 21 degrees.","It is 21 degrees."]""", seen.GetProperty("answers").GetRawText());
        Assert.Equal("""["Rome","Rome"]""", seen.GetProperty("asked").GetRawText());
        Assert.Equal("""{"city":"Rome"}""", seen.GetProperty("parsed").GetRawText());
        Assert.Equal("""{"status":400,"param":"input[0].content[0].type"}""", seen.GetProperty("refusal").GetRawText());
        Assert.True(seen.GetProperty("numbersAscend").GetBoolean());
    }

    [Fact]
    public async Task The_dotnet_client_goes_on_tells_again_lists_and_removes()
    {
        await using TestService service = await TestService.SayingAsync("Sure.");
        ResponsesClient client = Client(service);

        ResponseResult first = await client.CreateResponseAsync("tiny", "One");
        ResponseResult second = await client.CreateResponseAsync("tiny", "Two", first.Id);
        ResponseResult told = await client.GetResponseAsync(second.Id);
        int items = 0;
        await foreach (ResponseItem item in client.GetResponseInputItemsAsync(second.Id))
            items += item is MessageResponseItem ? 1 : 0;
        ResponseDeletionResult removed = await client.DeleteResponseAsync(first.Id);

        Assert.Equal((first.Id, second.Id, 3, true), (second.PreviousResponseId, told.Id, items, removed.Deleted));
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync(first.Id))).Status);
    }

    [Fact]
    public async Task The_dotnet_client_follows_a_background_response()
    {
        await using TestService service = await TestService.SayingAsync("Sure.");
        ResponsesClient client = Client(service);
        var options = new CreateResponseOptions { Model = "tiny", BackgroundModeEnabled = true };
        options.InputItems.Add(ResponseItem.CreateUserMessageItem("One"));

        ResponseResult queued = await client.CreateResponseAsync(options);
        string text = "";
        await foreach (StreamingResponseUpdate update in await client.GetResponseStreamingAsync(new GetResponseOptions(queued.Id) { StreamingEnabled = true, StartingAfter = 1 }))
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
        ResponseResult cancelled = await client.CancelResponseAsync(queued.Id);

        Assert.Equal((ResponseStatus.Queued, "Sure.", ResponseStatus.Completed), (queued.Status, text, cancelled.Status));
    }

    [Fact]
    public async Task The_JavaScript_client_uses_what_is_kept()
    {
        await using TestService service = await TestService.SayingAsync("Sure.");

        JsonElement seen = await RunAsync("stored.mjs", $"{service.Url}/v1", "tiny");

        Assert.Equal(
            """
            {"counted":true,"items":["One","Sure.","Two"],"same":true,"background":"queued","followed":["response.in_progress","response.completed"],"cancelled":"completed","deleted":[404,404,404],"conversation":["weather","sea",true,true],"talk":["Zero","Four","Sure.","Five"],"item":"Five","left":3,"listed":["a","b"],"filtered":[true],"text":"Sure.","renamed":"c","asked":[["user","Six"]]}
            """,
            seen.GetRawText());
    }

    private static string Answer(string prompt) =>
        prompt.Contains("21 degrees", StringComparison.Ordinal) ? "It is 21 degrees."
        : prompt.Contains("How warm", StringComparison.Ordinal) ? Call
        : prompt.Contains("As JSON", StringComparison.Ordinal) ? """{"city":"Rome"}"""
        : "<think>Hm.</think>Grüße 🙂 aus Rom.";

    private static ResponsesClient Client(TestService service) =>
        new(new ApiKeyCredential("not-needed"), new ResponsesClientOptions { Endpoint = new Uri($"{service.Url}/v1") });

    private static async Task<JsonElement> RunAsync(string script, params string[] arguments)
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The client is not installed: npm ci --prefix tests/clients");
        ProgramRun run = await ProgramRun.RunAsync("node", [Path.Combine(folder, script), .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
