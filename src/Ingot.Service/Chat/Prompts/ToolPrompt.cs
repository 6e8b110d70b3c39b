using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ingot.Service.Chat.Calls;

namespace Ingot.Service.Chat.Prompts;

/// <summary>
/// Says in the messages themselves what a model's template leaves out: which functions there are and how to call one, which
/// calls were made, and what came of them.
/// </summary>
internal static class ToolPrompt
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The functions as JSON texts.</summary>
    public static IEnumerable<string> Describe(IEnumerable<ToolDefinition> tools) => tools.Select(Describe);

    /// <summary>The messages, with the functions in front.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="tools">The functions to show.</param>
    /// <param name="format">How to call one.</param>
    /// <param name="takesSystem">Whether the template shows messages of the system.</param>
    public static IReadOnlyList<TurnMessage> WithTools(IReadOnlyList<TurnMessage> messages, IReadOnlyList<ToolDefinition> tools, CallFormat format, bool takesSystem)
    {
        var text = Instruction(tools, format);
        List<TurnMessage> all = [.. messages];
        var place = all.FindIndex(message => takesSystem ? IsSystem(message) : message.Role == TurnRole.User);
        if (place < 0)
            all.Insert(0, new TurnMessage { Role = takesSystem ? TurnRole.System : TurnRole.User, Text = text });
        else if (takesSystem)
            all[place] = all[place] with { Text = $"{all[place].Text}\n\n{text}" };
        else
            all[place] = all[place] with { Text = $"{text}\n\n{all[place].Text}" };
        return all;
    }

    /// <summary>The messages, with calls written out in answers, and their results as what the user says.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="format">How calls are written.</param>
    /// <param name="withCalls">Whether calls are to be written out, too.</param>
    public static IReadOnlyList<TurnMessage> WithoutRoles(IReadOnlyList<TurnMessage> messages, CallFormat format, bool withCalls)
    {
        List<TurnMessage> all = [];
        var names = messages.SelectMany(message => message.ToolCalls).GroupBy(call => call.Id).ToDictionary(calls => calls.Key, calls => calls.Last().Name);
        var isResult = false;
        foreach (var message in messages)
        {
            if (message.Role == TurnRole.Tool)
            {
                var text = Result(message, names.GetValueOrDefault(message.ToolCallId ?? ""));
                if (isResult)
                    all[^1] = all[^1] with { Text = $"{all[^1].Text}\n{text}" };
                else
                    all.Add(new TurnMessage { Role = TurnRole.User, Text = text });
            }
            else if (isResult && message.Role == TurnRole.User)
            {
                // Many templates want turns to alternate.
                all[^1] = all[^1] with { Text = $"{all[^1].Text}\n\n{message.Text}" };
            }
            else
            {
                all.Add(withCalls && message.ToolCalls.Count > 0 ? Written(message, format) : message);
            }

            isResult = message.Role == TurnRole.Tool;
        }

        return all;
    }

    private static bool IsSystem(TurnMessage message) => message.Role is TurnRole.System or TurnRole.Developer;

    private static string Instruction(IReadOnlyList<ToolDefinition> tools, CallFormat format)
    {
        var example = CallWriter.Write(format, [new TurnToolCall("", "function_name", """{"argument_name": "value"}""")]);
        return $"""
            You can call functions. These are there, each with a JSON Schema of its arguments:
            {string.Join('\n', Describe(tools))}

            To call a function, write this and nothing after it, with the function's name and its arguments:
            {example}
            You then get the result. Call a function only where its result helps to answer.
            """.ReplaceLineEndings("\n");
    }

    private static TurnMessage Written(TurnMessage message, CallFormat format)
    {
        var calls = CallWriter.Write(format, message.ToolCalls);
        return message with { Text = string.IsNullOrEmpty(message.Text) ? calls : $"{message.Text}\n{calls}", ToolCalls = [] };
    }

    private static string Result(TurnMessage message, string? function) => Json(writer =>
    {
        writer.WriteStartObject();
        if ((function ?? message.Name) is { } name)
            writer.WriteString("function", name);
        writer.WriteString("result", message.Text);
        writer.WriteEndObject();
    });

    private static string Describe(ToolDefinition tool) => Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", tool.Name);
        if (tool.Description is { } description)
            writer.WriteString("description", description);
        if (tool.Parameters is { } parameters)
        {
            writer.WritePropertyName("parameters");
            writer.WriteRawValue(parameters.GetRawText());
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
