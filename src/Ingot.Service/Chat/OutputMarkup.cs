using Ingot.Models.Catalog;
using Ingot.Service.Chat.Parsing;
using Ingot.Service.Hosting;

namespace Ingot.Service.Chat;

/// <summary>Which special parts a model's output may have, and whether the prompt left one open.</summary>
/// <param name="ToolCalls">Markers of function calls; null when no function was offered.</param>
/// <param name="Reasoning">Markers of thinking; null for a model that does not think aloud.</param>
/// <param name="StartsInReasoning">Whether the prompt ends with the start of thinking.</param>
internal sealed record OutputMarkup(OutputMarkers? ToolCalls, OutputMarkers? Reasoning, bool StartsInReasoning)
{
    /// <summary>Whether the answer ends with its first function call. Default: it may make several.</summary>
    internal bool EndsWithFirstCall { get; init; }

    /// <summary>Whether nothing is known of how the model begins a call, and it may answer without one: then it is left alone.</summary>
    internal bool IsLeftAlone { get; init; }

    /// <summary>Whether a grammar holds the output to these markers, so that what they enclose is a call. Default: it may be anything.</summary>
    internal bool IsEnforced { get; init; }

    internal static OutputMarkup For(ChatTurn turn, LoadedModel model, string prompt)
    {
        var withTools = PromptBuilder.OfferedTools(turn).Count > 0;
        var toolCalls = withTools ? ToolCallMarkers(model.Entry) : null;
        var isLeftAlone = turn.ToolChoice.Kind == ToolChoiceKind.Auto && turn.ResponseFormat.Kind == ChatResponseFormatKind.Text && !KnowsCalls(model);
        var reasoning = Thinks(model, model.TemplateFor(withTools)) ? ReasoningMarkers(model.Entry) : null;
        return new OutputMarkup(toolCalls, reasoning, reasoning is not null && prompt.AsSpan().TrimEnd().EndsWith(reasoning.Start, StringComparison.Ordinal))
        {
            EndsWithFirstCall = !turn.ParallelToolCalls,
            IsLeftAlone = isLeftAlone,
            IsEnforced = withTools && !isLeftAlone,
        };
    }

    /// <summary>What opens and closes a function call of a model.</summary>
    internal static OutputMarkers ToolCallMarkers(ModelEntry entry) => new(Given(entry.ToolCallStart, "<tool_call>"), Given(entry.ToolCallEnd, "</tool_call>"));

    private static OutputMarkers ReasoningMarkers(ModelEntry entry) => new(Given(entry.ReasoningStart, "<think>"), Given(entry.ReasoningEnd, "</think>"));

    private static bool KnowsCalls(LoadedModel model)
    {
        var start = ToolCallMarkers(model.Entry).Start;
        return !string.IsNullOrEmpty(model.Entry.ToolCallStart) || model.Tokenizer.FindToken(start) is not null || model.TemplateFor(withTools: true).Mentions(start);
    }

    private static bool Thinks(LoadedModel model, ModelTemplate template)
    {
        var markers = ReasoningMarkers(model.Entry);
        return model.Entry.SupportsReasoning
            ?? (model.Tokenizer.FindToken(markers.Start) is not null || template.Mentions(markers.Start));
    }

    private static string Given(string? marker, string usual) => string.IsNullOrEmpty(marker) ? usual : marker;
}
