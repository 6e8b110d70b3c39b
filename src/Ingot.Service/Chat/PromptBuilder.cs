using System.Text.Json;
using Ingot.Errors;
using Ingot.Service.Chat.Parsing;
using Ingot.Service.Hosting;
using Ingot.Text;
using Ingot.Text.Templates;

namespace Ingot.Service.Chat;

/// <summary>
/// Renders a turn with the model's chat template. Roles and special tokens are the model's own words; all that a caller
/// wrote is marked as coming from outside, so that special-token text in it stays text.
/// </summary>
internal static class PromptBuilder
{
    private static readonly string[] OwnVariables = ["messages", "tools", "add_generation_prompt", "bos_token", "eos_token"];

    internal static PromptText Render(ChatTurn turn, LoadedModel model)
    {
        var tools = OfferedTools(turn);
        var template = model.TemplateFor(tools.Count > 0);
        if (tools.Count > 0 && !template.Mentions("tools"))
        {
            throw new IngotException(ErrorCode.UnsupportedValue,
                $"'tools' cannot be used with model '{model.Entry.Id}': its chat template does not show them to the model.", "tools");
        }

        var knowsDeveloper = template.Mentions("developer");
        var variables = new Dictionary<string, TemplateValue>(StringComparer.Ordinal);
        foreach (var (name, value) in turn.TemplateVariables)
        {
            if (OwnVariables.Contains(name))
                throw new IngotException(ErrorCode.InvalidValue, $"The template variable '{name}' is made from the request and cannot be set.", $"template_variables.{name}");
            variables[name] = TemplateValue.FromJson(value);
        }

        if (turn.ReasoningEffort is { } effort)
            ReasoningSwitch.Set(effort, template, model.Entry, variables);
        variables["messages"] = TemplateValue.List(turn.Messages.Select(message => ToValue(message, knowsDeveloper)));
        variables["add_generation_prompt"] = TemplateValue.From(true);
        variables["bos_token"] = TemplateValue.Trusted(model.Tokenizer.BeginOfSequenceToken ?? "");
        variables["eos_token"] = TemplateValue.Trusted(model.Tokenizer.EndOfSequenceToken ?? "");
        if (tools.Count > 0)
            variables["tools"] = TemplateValue.List(tools.Select(ToValue));
        try
        {
            return template.Template.Render(variables);
        }
        catch (IngotException refusal) when (refusal.Code == ErrorCode.TemplateFailed)
        {
            // The template knows of no request; what it refuses are the messages.
            throw new IngotException(refusal.Code, refusal.Message, "messages", refusal);
        }
    }

    /// <summary>The functions the model is shown.</summary>
    internal static IReadOnlyList<ToolDefinition> OfferedTools(ChatTurn turn) => turn.ToolChoice.Kind == ToolChoiceKind.None ? [] : turn.Tools;

    private static TemplateValue ToValue(TurnMessage message, bool knowsDeveloper)
    {
        var fields = new List<KeyValuePair<string, TemplateValue>>
        {
            new("role", TemplateValue.Trusted(RoleName(message.Role, knowsDeveloper))),
            new("content", TemplateValue.Untrusted(message.Text ?? "")),
        };
        if (message.Name is { } name)
            fields.Add(new("name", TemplateValue.Untrusted(name)));
        if (message.Reasoning is { } reasoning)
            fields.Add(new("reasoning_content", TemplateValue.Untrusted(reasoning)));
        if (message.ToolCallId is { } id)
            fields.Add(new("tool_call_id", TemplateValue.Untrusted(id)));
        if (message.ToolCalls.Count > 0)
            fields.Add(new("tool_calls", TemplateValue.List(message.ToolCalls.Select(ToValue))));
        return TemplateValue.Dictionary(fields);
    }

    private static string RoleName(TurnRole role, bool knowsDeveloper) => role switch
    {
        TurnRole.Developer when knowsDeveloper => "developer",
        TurnRole.System or TurnRole.Developer => "system",
        TurnRole.Assistant => "assistant",
        TurnRole.Tool => "tool",
        _ => "user",
    };

    private static TemplateValue ToValue(TurnToolCall call) => TemplateValue.Dictionary(
    [
        new("id", TemplateValue.Untrusted(call.Id)),
        new("type", TemplateValue.Trusted("function")),
        new("function", TemplateValue.Dictionary(
        [
            new("name", TemplateValue.Untrusted(call.Name)),
            new("arguments", ToArguments(call.Arguments)),
        ])),
    ]);

    // Templates print arguments with "tojson": given as text, they would be quoted twice.
    private static TemplateValue ToArguments(string arguments)
    {
        if (!ToolCallText.IsObject(arguments))
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

    private static TemplateValue ToValue(ToolDefinition tool)
    {
        var function = new List<KeyValuePair<string, TemplateValue>> { new("name", TemplateValue.Untrusted(tool.Name)) };
        if (tool.Description is { } description)
            function.Add(new("description", TemplateValue.Untrusted(description)));
        if (tool.Parameters is { } parameters)
            function.Add(new("parameters", TemplateValue.FromJson(parameters)));
        return TemplateValue.Dictionary(
        [
            new("type", TemplateValue.Trusted("function")),
            new("function", TemplateValue.Dictionary(function)),
        ]);
    }
}
