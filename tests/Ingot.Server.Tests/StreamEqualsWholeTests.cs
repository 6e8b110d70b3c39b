using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>The same request gives the same answer, streamed or whole, alone or in company.</summary>
public sealed class StreamEqualsWholeTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Call = """<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>""";

    private static readonly string[] Fragments =
    [
        "Hello ", "é", "🙂", "STOP", "ST", "\n", " ", Call, Call, Call, Call, "</tool_call>", "<tool_", "<think>", "x",
    ];

    [Fact]
    public async Task Over_random_requests_and_outputs()
    {
        await using TestService service = await TestService.StartAsync(model => model.Load(
            new FakeRunner { VocabularySize = 260, EndOfSequenceIds = [TinyModel.End], Certainty = 13, Next = history => TestService.Continue(history, Script) }));
        var random = new Random(7);
        var seen = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            JsonObject request = RandomRequest(random, "tiny", $"#{i}");

            string whole = await WholeAsync(service.Client, service.Url, request);
            string streamed = await StreamedAsync(service.Client, service.Url, request);

            Assert.Equal(whole, streamed);
            seen.Add(whole);
        }

        Assert.Contains(seen, answer => answer.Contains("\"finish_reason\":\"tool_calls\"", StringComparison.Ordinal));
        Assert.Contains(seen, answer => answer.Contains("\"finish_reason\":\"function_call\"", StringComparison.Ordinal));
        Assert.Contains(seen, answer => answer.Contains("\"finish_reason\":\"length\"", StringComparison.Ordinal));
        Assert.True(seen.Count > 150, $"only {seen.Count} different answers");
    }

    [Fact]
    public async Task Over_random_requests_of_the_shipped_model_whoever_else_is_served()
    {
        var random = new Random(8);
        JsonObject[] requests = [.. Enumerable.Range(0, 8).Select(i => RandomRequest(random, ShippedModel.Name, $"Tell me {i} things about the sky."))];

        var alone = new List<string>();
        foreach (JsonObject request in requests)
            alone.Add(await WholeAsync(server.Client, server.Url, request));
        string[] together = await Task.WhenAll(requests.Select((request, i) =>
            i % 2 == 0 ? StreamedAsync(server.Client, server.Url, request) : WholeAsync(server.Client, server.Url, request)));

        Assert.Equal(alone, together);
    }

    private static JsonObject RandomRequest(Random random, string model, string text)
    {
        var request = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
            ["seed"] = random.Next(),
            ["max_tokens"] = random.Next(1, 120),
            ["temperature"] = random.Next(0, 11) / 10.0,
        };
        Sometimes(() => request["n"] = random.Next(1, 4));
        Sometimes(() => request["top_p"] = 0.8);
        Sometimes(() => request["top_k"] = 40);
        Sometimes(() => request["presence_penalty"] = 0.5);
        Sometimes(() => request["stop"] = random.Next(2) == 0 ? "STOP" : new JsonArray("TOP", "\n", "lo é"));
        Sometimes(() => (request["logprobs"], request["top_logprobs"]) = (true, random.Next(3)));
        var function = new JsonObject { ["name"] = "f" };
        switch (random.Next(4))
        {
            case 0:
                request["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["function"] = function });
                Sometimes(() => request["parallel_tool_calls"] = false);
                break;
            case 1:
                request["functions"] = new JsonArray(function);
                break;
        }

        return request;

        void Sometimes(Action change)
        {
            if (random.Next(3) == 0)
                change();
        }
    }

    /// <summary>Says a script that the prompt chooses, a few bytes of it broken.</summary>
    private static int[] Script(string prompt)
    {
        var random = new Random(prompt.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)));
        List<int> script = [];
        while (random.Next(30) > 0)
            script.AddRange(random.Next(12) == 0 ? [random.Next(256)] : TinyModel.Tokens(Fragments[random.Next(Fragments.Length)]));
        return [.. script];
    }

    private static async Task<string> WholeAsync(HttpClient client, string url, JsonObject request)
    {
        JsonNode answer = JsonNode.Parse(await PostAsync(client, url, request))!;
        var choices = new JsonArray();
        foreach (JsonNode? choice in answer["choices"]!.AsArray())
            choices.Add(Shown(choice!["message"]!, choice["logprobs"]?["content"], choice["finish_reason"]));
        return Same(choices, answer["usage"]);
    }

    private static async Task<string> StreamedAsync(HttpClient client, string url, JsonObject request)
    {
        JsonObject streamed = request.DeepClone().AsObject();
        streamed["stream"] = true;
        streamed["stream_options"] = new JsonObject { ["include_usage"] = true };
        string text = await PostAsync(client, url, streamed);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);

        var gathered = new SortedDictionary<int, GatheredChoice>();
        JsonNode? usage = null;
        foreach (string frame in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[..^1])
        {
            JsonNode chunk = JsonNode.Parse(frame["data: ".Length..])!;
            usage = chunk["usage"] ?? usage;
            foreach (JsonNode? choice in chunk["choices"]!.AsArray())
            {
                int index = choice!["index"]!.GetValue<int>();
                if (!gathered.TryGetValue(index, out GatheredChoice? state))
                    gathered.Add(index, state = new GatheredChoice());
                state.Add(choice);
            }
        }

        return Same(new JsonArray([.. gathered.Values.Select(choice => choice.Shown())]), usage);
    }

    private static async Task<string> PostAsync(HttpClient client, string url, JsonObject request)
    {
        using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync($"{url}/v1/chat/completions", content);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{text} for {request.ToJsonString()}");
        return text;
    }

    private static JsonObject Shown(JsonNode message, JsonNode? logprobs, JsonNode? finish)
    {
        var shown = new JsonObject
        {
            ["content"] = message["content"]?.DeepClone(),
            ["reasoning_content"] = message["reasoning_content"]?.DeepClone(),
            ["tool_calls"] = message["tool_calls"]?.DeepClone(),
            ["function_call"] = message["function_call"]?.DeepClone(),
            ["logprobs"] = logprobs?.DeepClone() ?? new JsonArray(),
            ["finish_reason"] = finish?.DeepClone(),
        };
        foreach (string absent in shown.Where(field => field.Value is null).Select(field => field.Key).ToList())
            shown.Remove(absent);
        return shown;
    }

    /// <summary>
    /// One text of everything that must be equal: call ids are drawn anew for each answer, a stream numbers its calls, and the
    /// cache has more of the prompt the second time.
    /// </summary>
    private static string Same(JsonArray choices, JsonNode? usage)
    {
        foreach (JsonNode? call in choices.SelectMany(choice => choice!["tool_calls"]?.AsArray() ?? []))
        {
            call!.AsObject().Remove("id");
            call.AsObject().Remove("index");
        }

        JsonObject counts = usage!.DeepClone().AsObject();
        counts.Remove("prompt_tokens_details");
        return choices.ToJsonString() + counts.ToJsonString();
    }

    /// <summary>Puts a choice's deltas together, as clients do.</summary>
    private sealed class GatheredChoice
    {
        private readonly JsonObject _message = [];
        private readonly JsonArray _logprobs = [];
        private JsonNode? _finish;

        public void Add(JsonNode choice)
        {
            Assert.Null(_finish);
            Assert.Equal(_message.Count == 0, choice["delta"]!["role"] is not null);
            foreach ((string field, JsonNode? value) in choice["delta"]!.AsObject())
            {
                if (value is JsonArray items)
                    AddCall((_message[field] ??= new JsonArray()).AsArray(), items.Single()!.AsObject());
                else if (value is JsonObject call && _message[field] is { } begun)
                    AddArguments(begun, call);
                else if (value is JsonObject)
                    _message[field] = value.DeepClone();
                else
                    _message[field] = (_message[field]?.GetValue<string>() ?? "") + value!.GetValue<string>();
            }

            foreach (JsonNode? token in choice["logprobs"]?["content"]?.AsArray() ?? [])
                _logprobs.Add(token!.DeepClone());
            _finish = choice["finish_reason"];
        }

        // The first piece of a call has its id and name, the others more of its arguments.
        private static void AddCall(JsonArray calls, JsonObject piece)
        {
            if (piece.ContainsKey("id"))
                calls.Add(piece.DeepClone());
            else
                AddArguments(calls[piece["index"]!.GetValue<int>()]!["function"]!, piece["function"]!);
        }

        private static void AddArguments(JsonNode call, JsonNode piece) =>
            call["arguments"] = call["arguments"]!.GetValue<string>() + piece["arguments"]!.GetValue<string>();

        public JsonObject Shown()
        {
            // A whole message that only calls has no content; a stream begins with an empty one.
            bool calls = _message.ContainsKey("tool_calls") || _message.ContainsKey("function_call");
            if (calls && _message["content"]?.GetValue<string>() == "")
                _message.Remove("content");
            return StreamEqualsWholeTests.Shown(_message, _logprobs, _finish);
        }
    }
}
