using Ingot.Errors;
using Ingot.Service.Chat.Prompts;
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
        var form = new MessageForm(template, OutputMarkup.FormatOf(model.Entry, template), tools);
        var variables = new Dictionary<string, TemplateValue>(StringComparer.Ordinal);
        foreach (var (name, value) in turn.TemplateVariables)
        {
            if (OwnVariables.Contains(name))
                throw new IngotException(ErrorCode.InvalidValue, $"The template variable '{name}' is made from the request and cannot be set.", $"template_variables.{name}");
            variables[name] = TemplateValue.FromJson(value);
        }

        if (turn.ReasoningEffort is { } effort)
            ReasoningSwitch.Set(effort, template, model.Entry, variables);
        variables["messages"] = TemplateValue.List(form.Write(turn.Messages));
        variables["add_generation_prompt"] = TemplateValue.From(true);
        variables["bos_token"] = TemplateValue.Trusted(model.Tokenizer.BeginOfSequenceToken ?? "");
        variables["eos_token"] = TemplateValue.Trusted(model.Tokenizer.EndOfSequenceToken ?? "");
        if (tools.Count > 0 && template.Traits.Tools == ToolPlace.Variable)
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
