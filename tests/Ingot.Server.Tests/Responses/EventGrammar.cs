using System.Text.Json;

namespace Ingot.Server.Tests.Responses;

/// <summary>In what order the events of a response come, what each carries, and how they add up to the response at the end.</summary>
internal static class EventGrammar
{
    private static readonly string[] Place = ["item_id", "output_index", "content_index"];

    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["created"] = ["response"],
        ["queued"] = ["response"],
        ["in_progress"] = ["response"],
        ["completed"] = ["response"],
        ["incomplete"] = ["response"],
        ["failed"] = ["response"],
        ["output_item.added"] = ["output_index", "item"],
        ["output_item.done"] = ["output_index", "item"],
        ["content_part.added"] = [.. Place, "part"],
        ["content_part.done"] = [.. Place, "part"],
        ["output_text.delta"] = [.. Place, "delta", "logprobs"],
        ["output_text.done"] = [.. Place, "text", "logprobs"],
        ["reasoning_text.delta"] = [.. Place, "delta"],
        ["reasoning_text.done"] = [.. Place, "text"],
        ["function_call_arguments.delta"] = ["item_id", "output_index", "delta"],
        ["function_call_arguments.done"] = ["item_id", "output_index", "name", "arguments"],
    };

    /// <summary>Checks a whole stream.</summary>
    public static void Check(IReadOnlyList<JsonElement> events)
    {
        string[] types = [.. events.Types()];
        foreach ((int number, JsonElement told) in events.Index())
        {
            Assert.Equal(number, told.GetProperty("sequence_number").GetInt32());
            Assert.Equal(new[] { "type", "sequence_number" }.Concat(Fields[types[number]]).Order(), told.EnumerateObject().Select(field => field.Name).Order());
        }

        int start = types[1] == "queued" ? 3 : 2;
        Assert.Equal(start == 3 ? ["created", "queued", "in_progress"] : ["created", "in_progress"], types[..start]);
        Assert.Contains(types[^1], new[] { "completed", "incomplete", "failed" });
        JsonElement last = events[^1].GetProperty("response");
        Assert.Equal(types[^1], last.GetProperty("status").GetString());
        int at = start;
        int items = 0;
        if (types[^1] == "failed")
        {
            // What a failure interrupts has no end of its own.
            Assert.DoesNotContain("output_item.done", types);
            return;
        }

        while (at < events.Count - 1)
            at = CheckItem(events, at, items, last.GetProperty("output")[items++]);
        Assert.Equal(items, last.GetProperty("output").GetArrayLength());
    }

    /// <summary>Checks one item's events; gives where the next one's begin.</summary>
    private static int CheckItem(IReadOnlyList<JsonElement> events, int at, int index, JsonElement last)
    {
        Assert.Equal("response.output_item.added", Text(events[at], "type"));
        string id = Text(events[at].GetProperty("item"), "id");
        string arguments = "";
        int parts = 0;
        for (at++; ; at++)
        {
            JsonElement told = events[at];
            Assert.Equal(index, told.GetProperty("output_index").GetInt32());
            switch (Text(told, "type")["response.".Length..])
            {
                case "content_part.added":
                    at = CheckPart(events, at, id, parts, last.GetProperty("content")[parts++]);
                    break;
                case "function_call_arguments.delta":
                    arguments += Text(told, "delta");
                    break;
                case "function_call_arguments.done":
                    Assert.Equal((arguments, arguments), (Text(told, "arguments"), Text(last, "arguments")));
                    break;
                case "output_item.done":
                    Assert.True(JsonElement.DeepEquals(last, told.GetProperty("item")), $"{last} is not {told}");
                    Assert.Equal(id, Text(last, "id"));
                    return at + 1;
                case var other:
                    throw new InvalidOperationException($"{other} does not belong to an item.");
            }
        }
    }

    /// <summary>Checks one part's events; gives where the last of them is.</summary>
    private static int CheckPart(IReadOnlyList<JsonElement> events, int at, string id, int index, JsonElement last)
    {
        string kind = Text(last, "type");
        string text = "";
        Assert.Equal("", Text(events[at].GetProperty("part"), "text"));
        for (at++; Text(events[at], "type") == $"response.{kind}.delta"; at++)
            text += Text(events[at], "delta");
        Assert.Equal(($"response.{kind}.done", text), (Text(events[at], "type"), Text(events[at], "text")));
        JsonElement done = events[++at];
        Assert.Equal("response.content_part.done", Text(done, "type"));
        Assert.True(JsonElement.DeepEquals(last, done.GetProperty("part")), $"{last} is not {done}");
        Assert.Equal((text, id, index), (Text(last, "text"), Text(done, "item_id"), done.GetProperty("content_index").GetInt32()));
        return at;
    }

    private static string Text(JsonElement holder, string name) => holder.GetProperty(name).GetString()!;
}
