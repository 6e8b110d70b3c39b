using Ingot.Models.Catalog;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Constraints;
using Ingot.Service.Chat.Parsing;
using Ingot.Service.Chat.Prompts;
using Ingot.Service.Hosting;

namespace Ingot.Service.Chat;

/// <summary>Which special parts a model's output may have, and whether the prompt left one open.</summary>
/// <param name="ToolCalls">How function calls are written; null when no function was offered.</param>
/// <param name="Reasoning">Markers of thinking; null for a model that does not think aloud.</param>
/// <param name="StartsInReasoning">Whether the prompt ends with the start of thinking.</param>
internal sealed record OutputMarkup(CallFormat? ToolCalls, OutputMarkers? Reasoning, bool StartsInReasoning)
{
    /// <summary>How the model writes function calls, offered or not.</summary>
    internal CallFormat Format { get; init; } = ToolCalls ?? CallFormats.Tagged;

    /// <summary>Whether the prompt ends with what opens text and calls alike.</summary>
    internal bool StartsInCall { get; init; }

    /// <summary>The functions that can be called. Default none.</summary>
    internal CallTargets Targets { get; init; } = CallTargets.None;

    /// <summary>How many calls the conversation has already. Default 0.</summary>
    internal int EarlierCalls { get; init; }

    /// <summary>Whether the answer ends with its first function call. Default: it may make several.</summary>
    internal bool EndsWithFirstCall { get; init; }

    /// <summary>Whether nothing is known of how the model begins a call, and it may answer without one: then it is left alone.</summary>
    internal bool IsLeftAlone { get; init; }

    /// <summary>Whether a grammar holds the output to these markers, so that what they enclose is a call. Default: it may be anything.</summary>
    internal bool IsEnforced { get; init; }

    internal static OutputMarkup For(ChatTurn turn, LoadedModel model, string prompt)
    {
        var withTools = PromptBuilder.OfferedTools(turn).Count > 0;
        var template = model.TemplateFor(withTools);
        var format = FormatOf(model.Entry, template);
        var isLeftAlone = turn.ToolChoice.Kind == ToolChoiceKind.Auto && turn.ResponseFormat.Kind == ChatResponseFormatKind.Text && !KnowsCalls(model, template);
        var reasoning = Thinks(model, template) ? ReasoningMarkers(model.Entry) : null;
        return new OutputMarkup(withTools ? format : null, reasoning, reasoning is not null && prompt.AsSpan().TrimEnd().EndsWith(reasoning.Start, StringComparison.Ordinal))
        {
            Format = format,
            StartsInCall = format.Preface.Length > 0 && prompt.EndsWith(format.Markers[0], StringComparison.Ordinal),
            Targets = withTools ? CallTargets.Of(AnswerCalls.Callable(turn), format) : CallTargets.None,
            EarlierCalls = turn.Messages.Sum(message => message.ToolCalls.Count),
            EndsWithFirstCall = !turn.ParallelToolCalls,
            IsLeftAlone = isLeftAlone,
            IsEnforced = withTools && !isLeftAlone,
        };
    }

    /// <summary>How a model writes function calls, by its template or, where that is given, by its catalog entry.</summary>
    internal static CallFormat FormatOf(ModelEntry entry, ModelTemplate template)
    {
        var told = template.CallFormat;
        return string.IsNullOrEmpty(entry.ToolCallStart) ? told ?? CallFormats.Tagged
            : told?.Opening == entry.ToolCallStart ? told
            : CallFormats.Between(entry.ToolCallStart, Given(entry.ToolCallEnd, "</tool_call>"));
    }

    private static OutputMarkers ReasoningMarkers(ModelEntry entry) => new(Given(entry.ReasoningStart, "<think>"), Given(entry.ReasoningEnd, "</think>"));

    // What the prompt itself asks for is known, too.
    private static bool KnowsCalls(LoadedModel model, ModelTemplate template) =>
        template.CallFormat is not null || !string.IsNullOrEmpty(model.Entry.ToolCallStart)
        || model.Tokenizer.FindToken(CallFormats.Tagged.Markers[0]) is not null || template.Traits.Tools == ToolPlace.Nowhere;

    private static bool Thinks(LoadedModel model, ModelTemplate template)
    {
        var markers = ReasoningMarkers(model.Entry);
        return model.Entry.SupportsReasoning
            ?? (model.Tokenizer.FindToken(markers.Start) is not null || template.Mentions(markers.Start));
    }

    private static string Given(string? marker, string usual) => string.IsNullOrEmpty(marker) ? usual : marker;
}
