using Ingot.Service.Chat.Parsing;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Service.Chat.Constraints;

/// <summary>
/// The grammar of a whole answer: thinking where the model thinks, then text or the form asked for, and calls in the model's
/// own format. Between calls the model is free; from a call's opening marker on it is not.
/// </summary>
internal sealed class AnswerGrammar
{
    /// <summary>More than any answer needs; a model cannot go on calling for ever.</summary>
    private const int MaxCalls = 128;

    private static readonly GrammarNode AnyText = new Repeat(GrammarNode.AnyCharacter, 0, null);
    private static readonly GrammarNode WhiteSpace = new Repeat(CharacterSet.Of(" \n"), 0, 4);
    private static readonly GrammarNode LineBreak = new Repeat(new Literal("\n"), 0, 2);
    private static readonly GrammarNode Space = new Repeat(new Literal(" "), 0, 1);

    private readonly GrammarAssembly _assembly = new();
    private readonly OutputMarkers _calls;
    private readonly OutputMarkup _markup;
    private readonly Func<string, bool> _isToken;

    private AnswerGrammar(OutputMarkup markup, OutputMarkers calls, Func<string, bool> isToken) => (_markup, _calls, _isToken) = (markup, calls, isToken);

    /// <summary>Writes the grammar of an answer.</summary>
    /// <param name="turn">What is asked.</param>
    /// <param name="plan">The grammars of its parts.</param>
    /// <param name="markup">The model's markers.</param>
    /// <param name="calls">What opens and closes a call of this model, offered or not.</param>
    /// <param name="isToken">Whether a marker is a token of its own.</param>
    public static Grammar Write(ChatTurn turn, AnswerPlan plan, OutputMarkup markup, OutputMarkers calls, Func<string, bool> isToken)
    {
        var grammar = new AnswerGrammar(markup, calls, isToken);
        return grammar._assembly.Build(new Sequence([grammar.Thinking(), grammar.Answer(turn, plan)]));
    }

    private GrammarNode Answer(ChatTurn turn, AnswerPlan plan)
    {
        var form = plan.Format is { } format ? _assembly.Add(format) : null;
        var mustCall = turn.ToolChoice.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named;
        if (plan.Calls.Count == 0)
            return form ?? TextWithout(_calls.Start);
        List<GrammarNode> arguments = [.. plan.Calls.Select(call => _assembly.Add(call.Arguments))];
        var calls = plan.Calls.Zip(arguments, (call, node) => (call.Name, node)).ToList();
        var isOne = !turn.ParallelToolCalls || turn.ToolChoice.Kind == ToolChoiceKind.Named;
        if (mustCall)
            return Calls(new Choice([.. calls.Select(call => Exact(call.Name, call.node))]), isOne ? 1 : MaxCalls);
        var free = new Choice([.. calls.Select(call => Loose(call.Name, call.node))]);
        if (form is not null)
            return new Choice([form, Calls(free, isOne ? 1 : MaxCalls)]);
        var text = TextWithout(_calls.Start);
        return new Sequence([text, new Repeat(isOne ? free : new Sequence([free, text]), 0, isOne ? 1 : null)]);
    }

    private static GrammarNode Calls(GrammarNode call, int most) =>
        most == 1 ? call : new Sequence([call, new Repeat(new Sequence([new Literal("\n"), call]), 0, most - 1)]);

    // As the model's template writes it: there is nothing to choose but the function and its arguments.
    private Sequence Exact(string name, GrammarNode arguments) => new Sequence(
    [
        Marker(_calls.Start, isFree: false), new Literal($"\n{{\"name\": \"{name}\", \"arguments\": "), arguments, new Literal("}\n"), Marker(_calls.End, isFree: false),
    ]);

    // As the model may have learnt to write it.
    private Sequence Loose(string name, GrammarNode arguments) => new Sequence(
    [
        Marker(_calls.Start, isFree: true), LineBreak, new Literal("{\"name\":"), Space, new Literal($"\"{name}\","), Space, new Literal("\"arguments\":"), Space,
        arguments, new Literal("}"), LineBreak, Marker(_calls.End, isFree: true),
    ]);

    private GrammarNode Thinking()
    {
        if (_markup.Reasoning is not { } markers)
            return GrammarNode.Empty;
        var thought = new Sequence([TextWithout(markers.End), Marker(markers.End, isFree: true), WhiteSpace]);
        return _markup.StartsInReasoning
            ? thought
            : new Repeat(new Sequence([WhiteSpace, Marker(markers.Start, isFree: true), thought]), 0, 1);
    }

    private static Difference TextWithout(string marker) => new(AnyText, new Sequence([AnyText, new Literal(marker), AnyText]));

    private GrammarNode Marker(string marker, bool isFree)
    {
        if (!_isToken(marker))
            return new Literal(marker);
        return isFree ? new Choice([new SpecialToken(marker), new Literal(marker)]) : new SpecialToken(marker);
    }
}
