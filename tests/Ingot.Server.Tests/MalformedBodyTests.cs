using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ingot.Server.Tests;

/// <summary>Bodies nobody meant to send: whatever is in them, it is never the service that fails.</summary>
public sealed class MalformedBodyTests
{
    private const int Count = 200;

    private const string Whole = """
        {
          "model": "tiny", "temperature": 0.5, "top_p": 0.9, "top_k": 7, "min_p": 0.1, "n": 2, "stop": ["a", "b"], "seed": 42, "stream": false,
          "max_completion_tokens": 3, "presence_penalty": 1, "frequency_penalty": -1, "repetition_penalty": 1.1, "user": "u", "metadata": {"top_k": "7"},
          "logit_bias": {"5": -100}, "logprobs": true, "top_logprobs": 3, "response_format": {"type": "text"}, "ep": "cpu", "ttl": 9,
          "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "name": "ann", "content": [{"type": "text", "text": "Hello "}, {"type": "text", "text": "there"}]},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "2"}
          ],
          "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {"x": {"type": "number"}}}}}],
          "tool_choice": "auto", "parallel_tool_calls": true
        }
        """;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e999", "99999999999999999999", "\"\"", "\"text\"", "\"\\ud800\"", "[]", "[null]", "[[]]", "{}", "{\"a\": null}", "{\"\\udfff\": 1}", "0.5",
    ];

    [Fact]
    public async Task Two_hundred_with_a_wrong_value_somewhere_never_make_the_service_fail()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        var random = new Random(20260102);
        var refused = 0;
        for (int i = 0; i < Count; i++)
            refused += await SendAsync(service, Encoding.UTF8.GetBytes(WithWrongValues(random, 1 + (i % 3))));

        Assert.InRange(refused, Count / 2, Count);
    }

    [Fact]
    public async Task Two_hundred_with_broken_text_never_make_the_service_fail()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        var random = new Random(20260103);
        var refused = 0;
        for (int i = 0; i < Count; i++)
            refused += await SendAsync(service, WithBrokenText(random));

        Assert.InRange(refused, Count / 2, Count);
    }

    private static async Task<int> SendAsync(TestService service, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await service.Client.PostAsync($"{service.Url}/v1/chat/completions", content);
        string text = await response.Content.ReadAsStringAsync();
        int status = (int)response.StatusCode;
        Assert.True(status is 200 or 400 or 404, $"{status} {text} for {Encoding.UTF8.GetString(body)}");
        if (status == 200)
            return 0;
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.False(string.IsNullOrEmpty(error.GetProperty("message").GetString()));
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        return 1;
    }

    private static string WithWrongValues(Random random, int count)
    {
        JsonNode root = JsonNode.Parse(Whole)!;
        var marks = new Dictionary<string, string>();
        for (int i = 0; i < count; i++)
        {
            JsonNode[] places = [.. Descendants(root).Where(node => node != root && !IsMark(node))];
            string mark = $"@@{i}@@";
            marks[$"\"{mark}\""] = Values[random.Next(Values.Length)];
            places[random.Next(places.Length)].ReplaceWith(mark);
        }

        return marks.Aggregate(root.ToJsonString(), (json, mark) => json.Replace(mark.Key, mark.Value, StringComparison.Ordinal));
    }

    private static bool IsMark(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.String && node.GetValue<string>().StartsWith("@@", StringComparison.Ordinal);

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(Descendants).Prepend(node);
    }

    private static byte[] WithBrokenText(Random random)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(Whole)];
        for (int cuts = random.Next(1, 4); cuts > 0; cuts--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)"[{\"\\,"[random.Next(5)], random.Next(1, 100)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add((byte)' ');
                    break;
            }
        }

        return [.. bytes];
    }
}
