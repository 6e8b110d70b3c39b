using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service.Hosting;
using Ingot.Text.Templates;

namespace Ingot.Service.Chat;

/// <summary>
/// Tells a model how much to think, by the variable its chat template looks at: <c>reasoning_effort</c> takes the word,
/// <c>enable_thinking</c> takes yes or no. A template that looks at neither has no switch, and a request for one is refused.
/// </summary>
internal static class ReasoningSwitch
{
    private const string Effort = "reasoning_effort";
    private const string Enabled = "enable_thinking";

    internal static void Set(ReasoningEffort effort, ModelTemplate template, ModelEntry model, Dictionary<string, TemplateValue> variables)
    {
        var takesWord = template.Template.Names.Contains(Effort);
        var takesSwitch = template.Template.Names.Contains(Enabled);
        if (!takesWord && !takesSwitch)
            throw Refusal($"model '{model.Id}' has no switch for it in its chat template");
        if (effort == ReasoningEffort.None && !takesSwitch)
            throw Refusal($"the thinking of model '{model.Id}' cannot be turned off");
        if (takesSwitch)
            variables[Enabled] = TemplateValue.From(effort != ReasoningEffort.None);
        if (takesWord && effort != ReasoningEffort.None)
            variables[Effort] = TemplateValue.Trusted(effort.ToString().ToLowerInvariant());
    }

    private static IngotException Refusal(string reason) =>
        new(ErrorCode.UnsupportedValue, $"'{Effort}' cannot be used: {reason}.", Effort);
}
