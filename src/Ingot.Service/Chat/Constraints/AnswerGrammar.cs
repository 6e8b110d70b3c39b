using Ingot.Service.Chat.Calls;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Service.Chat.Constraints;

/// <summary>
/// The grammar of a whole answer: thinking where the model thinks, then text or the form asked for, and calls in the model's
/// own format. Between calls the model is free; from a call's opening marker on it is not.
/// </summary>
internal sealed class AnswerGrammar
{
    private static readonly GrammarNode AnyText = new Repeat(GrammarNode.AnyCharacter, 0, null);
    private static readonly GrammarNode WhiteSpace = new Repeat(CharacterSet.Of(" \n"), 0, 4);

    private readonly GrammarAssembly _assembly = new();
    private readonly OutputMarkup _markup;
    private readonly Func<string, bool> _isToken;
    private readonly CallGrammar _calls;

    private AnswerGrammar(OutputMarkup markup, Func<string, bool> isToken) =>
        (_markup, _isToken, _calls) = (markup, isToken, new CallGrammar(markup.Format, isToken, markup.StartsInCall));

    /// <summary>Writes the grammar of an answer.</summary>
    /// <param name="turn">What is asked.</param>
    /// <param name="plan">The grammars of its parts.</param>
    /// <param name="markup">The model's markers.</param>
    /// <param name="isToken">Whether a marker is a token of its own.</param>
    public static Grammar Write(ChatTurn turn, AnswerPlan plan, OutputMarkup markup, Func<string, bool> isToken)
    {
        var grammar = new AnswerGrammar(markup, isToken);
        return grammar._assembly.Build(new Sequence([grammar.Thinking(), grammar.Answer(turn, plan)]));
    }

    private GrammarNode Answer(ChatTurn turn, AnswerPlan plan)
    {
        var form = plan.Format is { } format ? _calls.Prefaced(_assembly.Add(format)) : null;
        if (plan.Calls.Count == 0)
            return form ?? _calls.Text([.. turn.Tools.Select(tool => tool.Name)]);
        var mustCall = turn.ToolChoice.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named;
        List<CallableNode> functions = [.. plan.Calls.Select(call => new CallableNode(call.Name, Arguments(call, mustCall)))];
        var isOne = !turn.ParallelToolCalls || turn.ToolChoice.Kind == ToolChoiceKind.Named;
        return mustCall ? _calls.Required(functions, isOne)
            : form is not null ? new Choice([form, _calls.Calls(functions, isOne)])
            : _calls.Free(functions, isOne);
    }

    private GrammarNode Arguments(CallForm call, bool isExact) =>
        _markup.Format.Parameter is null ? _assembly.Add(call.Arguments) : _calls.Parameters(_markup.Targets.Parameters(call.Name), _assembly.Add, isExact);

    private GrammarNode Thinking()
    {
        if (_markup.Reasoning is not { } markers)
            return GrammarNode.Empty;
        var text = new Difference(AnyText, new Sequence([AnyText, new Literal(markers.End), AnyText]));
        var thought = new Sequence([text, Marker(markers.End), WhiteSpace]);
        return _markup.StartsInReasoning
            ? thought
            : new Repeat(new Sequence([WhiteSpace, Marker(markers.Start), thought]), 0, 1);
    }

    private GrammarNode Marker(string marker) => _isToken(marker) ? new Choice([new SpecialToken(marker), new Literal(marker)]) : new Literal(marker);
}
