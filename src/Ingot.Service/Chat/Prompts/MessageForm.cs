using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Hosting;
using Ingot.Text.Templates;

namespace Ingot.Service.Chat.Prompts;

/// <summary>Gives a template the messages as it wants them. What the callers wrote is marked as coming from outside.</summary>
/// <param name="template">The template.</param>
/// <param name="format">How the model writes calls.</param>
/// <param name="tools">The functions to show; where the template shows none, a message does.</param>
internal sealed class MessageForm(ModelTemplate template, CallFormat format, IReadOnlyList<ToolDefinition> tools)
{
    private const int IdLength = 9;

    private readonly bool _knowsDeveloper = template.Mentions("developer");

    // A conversation without functions asks nothing that would have to be found out.
    private TemplateTraits Traits => template.Traits;

    /// <summary>The messages as the template's values.</summary>
    /// <param name="messages">The conversation.</param>
    public IEnumerable<TemplateValue> Write(IReadOnlyList<TurnMessage> messages)
    {
        if (messages.Any(message => message.ToolCalls.Count > 0 || message.Role == TurnRole.Tool) && !Traits.TakesResults)
            messages = ToolPrompt.WithoutRoles(messages, format, withCalls: Traits.Calls is null);
        if (tools.Count > 0 && Traits.Tools == ToolPlace.Nowhere)
            messages = ToolPrompt.WithTools(messages, tools, format, Traits.TakesSystem);
        var inSystem = tools.Count > 0 && Traits.Tools == ToolPlace.SystemMessage;
        if (inSystem && !messages.Any(IsSystem))
            messages = [new TurnMessage { Role = TurnRole.System, Text = "" }, .. messages];
        var place = inSystem ? messages.First(IsSystem) : null;
        return messages.Select(message => ToValue(message, ReferenceEquals(message, place)));
    }

    private static bool IsSystem(TurnMessage message) => message.Role is TurnRole.System or TurnRole.Developer;

    private TemplateValue ToValue(TurnMessage message, bool withTools)
    {
        var withoutContent = message.ToolCalls.Count > 0 && string.IsNullOrEmpty(message.Text) && Traits.Calls?.WithoutContent == true;
        var fields = new List<KeyValuePair<string, TemplateValue>>
        {
            new("role", TemplateValue.Trusted(RoleName(message.Role))),
            new("content", withoutContent ? TemplateValue.None : TemplateValue.Untrusted(message.Text ?? "")),
        };
        if (withTools)
            fields.Add(new("tools", TemplateValue.Untrusted($"[{string.Join(", ", ToolPrompt.Describe(tools))}]")));
        if (message.Name is { } name)
            fields.Add(new("name", TemplateValue.Untrusted(name)));
        if (message.Reasoning is { } reasoning)
            fields.Add(new("reasoning_content", TemplateValue.Untrusted(reasoning)));
        if (message.ToolCallId is { } id)
            fields.Add(new("tool_call_id", TemplateValue.Untrusted(ToId(id))));
        if (message.ToolCalls.Count > 0)
            fields.Add(new("tool_calls", TemplateValue.List(message.ToolCalls.Select(ToValue))));
        return TemplateValue.Dictionary(fields);
    }

    private string RoleName(TurnRole role) => role switch
    {
        TurnRole.Developer when _knowsDeveloper => "developer",
        TurnRole.System or TurnRole.Developer => "system",
        TurnRole.Assistant => "assistant",
        TurnRole.Tool => "tool",
        _ => "user",
    };

    private TemplateValue ToValue(TurnToolCall call) => TemplateValue.Dictionary(
    [
        new("id", TemplateValue.Untrusted(ToId(call.Id))),
        new("type", TemplateValue.Trusted("function")),
        new("function", TemplateValue.Dictionary(
        [
            new("name", TemplateValue.Untrusted(call.Name)),
            new("arguments", ToArguments(call.Arguments)),
        ])),
    ]);

    // Some templates refuse ids that their model did not make; others get those of a conversation with another model.
    private string ToId(string id)
    {
        if (format.Ids != CallIdForm.Nine || (id.Length == IdLength && id.All(char.IsAsciiLetterOrDigit)))
            return id;
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..IdLength];
    }

    private TemplateValue ToArguments(string arguments)
    {
        if (Traits.Calls is not { AsText: false } || !CallText.IsObject(arguments))
            return TemplateValue.Untrusted(arguments);
        try
        {
            using var document = JsonDocument.Parse(arguments);
            return TemplateValue.FromJson(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape, parses and fails when it is read.
            return TemplateValue.Untrusted(arguments);
        }
    }
}
