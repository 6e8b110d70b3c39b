using Ingot.Text.Constraints.Grammars;

namespace Ingot.Service.Chat.Calls;

/// <summary>What a function's calls may look like.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record CallableNode(string Name, GrammarNode Arguments);

/// <summary>The grammar of a format's calls, and of text without any.</summary>
/// <param name="format">How the model writes calls.</param>
/// <param name="isToken">Whether a marker is a token of its own.</param>
/// <param name="isOpened">Whether the prompt itself wrote the first opening marker.</param>
internal sealed class CallGrammar(CallFormat format, Func<string, bool> isToken, bool isOpened)
{
    /// <summary>More than any answer needs; a model cannot go on calling for ever.</summary>
    private const int MaxCalls = 128;

    /// <summary>More than any call of a function that says nothing of its arguments needs.</summary>
    private const int MaxParameters = 64;

    private static readonly GrammarNode AnyText = new Repeat(GrammarNode.AnyCharacter, 0, null);
    private static readonly GrammarNode AnyKey = new Repeat(new CharacterSet([new('0', '9'), new('A', 'Z'), new('a', 'z'), new('_', '_'), new('-', '-')]), 1, 64);
    private static readonly GrammarNode Digit = CharacterSet.Of("0123456789");
    private static readonly GrammarNode LetterOrDigit = new CharacterSet([new('0', '9'), new('A', 'Z'), new('a', 'z')]);

    /// <summary>An answer that is calls, as the model's template writes them: there is nothing to choose but functions and arguments.</summary>
    /// <param name="functions">What may be called.</param>
    /// <param name="isOne">Whether only once.</param>
    public GrammarNode Required(IReadOnlyList<CallableNode> functions, bool isOne) =>
        Blocks(functions, isOne || format.IsSingle ? 1 : MaxCalls, isExact: true);

    /// <summary>An answer that is calls, as the model may have learnt to write them.</summary>
    /// <param name="functions">What may be called.</param>
    /// <param name="isOne">Whether only once.</param>
    public GrammarNode Calls(IReadOnlyList<CallableNode> functions, bool isOne) =>
        Blocks(functions, isOne || format.IsSingle ? 1 : MaxCalls, isExact: false);

    /// <summary>Text in which calls may stand.</summary>
    /// <param name="functions">What may be called.</param>
    /// <param name="isOne">Whether only once.</param>
    public GrammarNode Free(IReadOnlyList<CallableNode> functions, bool isOne)
    {
        var text = Text([.. functions.Select(function => function.Name)]);
        if (format.StartsAnswer)
            return new Choice([text, Calls(functions, isOne)]);
        var most = isOne || format.IsSingle ? 1 : MaxCalls;
        var block = Block(functions, most, isExact: false, isOpened: false);
        var plain = WithoutOpening(AnyText);
        var rest = new Repeat(most == 1 ? block : new Sequence([block, plain]), 0, most == 1 ? 1 : null);
        return format.Preface.Length == 0 ? new Sequence([text, rest]) : new Choice([new Sequence([text, rest]), Calls(functions, isOne)]);
    }

    /// <summary>Text in which no call stands.</summary>
    /// <param name="names">The functions there are.</param>
    public GrammarNode Text(IReadOnlyList<string> names)
    {
        if (format.Opening is not null)
            return Prefaced(WithoutOpening(AnyText));
        if (names.Count == 0)
            return AnyText;

        // Only what names one of the functions is a call: other JSON is text.
        var pieces = CallPiece.Parse(format.Open + format.Call);
        var opening = pieces.TakeWhile(piece => piece is not CallPiece.Name).Select(piece => Node(piece, isExact: false));
        var begun = new Sequence([.. opening, new Choice([.. names.Select(name => new Literal($"{name}\""))]), AnyText]);
        return new Difference(AnyText, new Sequence([new Repeat(CharacterSet.Of(" \n"), 0, null), AsText(begun)]));
    }

    /// <summary>Text of another form, where no call is made.</summary>
    public GrammarNode Prefaced(GrammarNode text) =>
        format.Preface.Length == 0 ? text : new Sequence([Exact(isOpened ? format.Preface[format.Markers[0].Length..] : format.Preface), text]);

    /// <summary>A function's arguments, each written by itself, in the order they are declared.</summary>
    /// <param name="forms">The arguments; null for any.</param>
    /// <param name="add">Takes in the rules of a grammar and gives the node for its texts.</param>
    /// <param name="isExact">Whether white space is as the model's template has it.</param>
    public GrammarNode Parameters(IReadOnlyList<ParameterForm>? forms, Func<Grammar, GrammarNode> add, bool isExact)
    {
        if (forms is null)
            return new Repeat(Parameter(AnyKey, WithoutClosing(AnyText), isExact), 0, MaxParameters);
        return new Sequence([.. forms.Select(form =>
        {
            var value = add(form.Value);
            return new Repeat(Parameter(new Literal(form.Key), form.IsText ? WithoutClosing(value) : value, isExact), form.IsRequired ? 1 : 0, 1);
        })]);
    }

    // Beside a value white space could be its own: there it is always the same.
    private Sequence Parameter(GrammarNode key, GrammarNode value, bool isExact)
    {
        var pieces = CallPiece.Parse(format.Parameter!);
        List<GrammarNode> nodes = [];
        foreach (var (index, piece) in pieces.Index())
        {
            if (piece is CallPiece.Text text)
            {
                var start = index > 0 && pieces[index - 1] is CallPiece.Value ? text.Content.Length - text.Content.TrimStart().Length : 0;
                var end = index + 1 < pieces.Count && pieces[index + 1] is CallPiece.Value ? text.Content.TrimEnd().Length : text.Content.Length;
                var inner = text.Content[start..end];
                nodes.AddRange([new Literal(text.Content[..start]), isExact ? Exact(inner) : Loose(inner), new Literal(text.Content[end..])]);
            }
            else
            {
                nodes.Add(piece is CallPiece.Key ? key : value);
            }
        }

        return new Sequence(nodes);
    }

    private Difference WithoutClosing(GrammarNode text)
    {
        var pieces = CallPiece.Parse(format.Parameter!);
        var closing = ((CallPiece.Text)pieces[^1]).Content.Trim();
        return new Difference(text, new Sequence([AnyText, new Literal(closing), AnyText]));
    }

    private Sequence Blocks(IReadOnlyList<CallableNode> functions, int most, bool isExact)
    {
        var first = Block(functions, most, isExact, isOpened);
        if (most == 1 || format.Separator is not null)
            return first;
        var next = new Sequence([isExact ? Exact(format.Between) : Loose(format.Between), Block(functions, 1, isExact, isOpened: false)]);
        return new Sequence([first, new Repeat(next, 0, most - 1)]);
    }

    private Sequence Block(IReadOnlyList<CallableNode> functions, int most, bool isExact, bool isOpened)
    {
        var open = isOpened ? format.Open[format.Markers[0].Length..] : format.Open;
        var call = Call(functions, isExact);
        List<GrammarNode> items = [.. Nodes(open, isExact), call];
        if (format.Separator is { } separator && most > 1)
            items.Add(new Repeat(new Sequence([.. Nodes(separator, isExact), call]), 0, most - 1));
        return new Sequence([.. items, .. Nodes(format.Close, isExact)]);
    }

    // What functions have in common is written once.
    private Sequence Call(IReadOnlyList<CallableNode> functions, bool isExact)
    {
        var pieces = CallPiece.Parse(format.Call);
        var before = pieces.TakeWhile(piece => piece is not CallPiece.Name).ToList();
        var own = pieces.Skip(before.Count).TakeWhile(piece => piece is not CallPiece.Arguments).ToList();
        var after = pieces.Skip(before.Count + own.Count + 1);
        var choices = functions.Select(function => new Sequence([.. own.Select(piece => Node(piece, isExact, function.Name)), function.Arguments]));
        return new Sequence([.. before.Select(piece => Node(piece, isExact)), new Choice([.. choices]), .. after.Select(piece => Node(piece, isExact))]);
    }

    private IEnumerable<GrammarNode> Nodes(string pattern, bool isExact) => CallPiece.Parse(pattern).Select(piece => Node(piece, isExact));

    private GrammarNode Node(CallPiece piece, bool isExact, string name = "") => piece switch
    {
        CallPiece.Text text => isExact ? Exact(text.Content) : Loose(text.Content),
        CallPiece.Optional optional => isExact ? GrammarNode.Empty : new Repeat(new Sequence([.. optional.Pieces.Select(part => Node(part, isExact))]), 0, 1),
        CallPiece.Name => new Literal(name),
        CallPiece.Id => new Repeat(LetterOrDigit, 9, 9),
        CallPiece.Number => new Repeat(Digit, 1, 3),
        _ => throw new InvalidOperationException($"A {piece.GetType().Name} is no part of a call."),
    };

    private Sequence Exact(string text) => new([.. Pieces(text).Select(piece => Marker(piece, isExact: true) is { } marker ? marker : (GrammarNode)new Literal(piece))]);

    private Sequence Loose(string text) => new([.. Pieces(text).SelectMany(piece => Marker(piece, isExact: false) is { } marker ? [marker] : Spaced(piece))]);

    private Choice? Marker(string text, bool isExact) => !format.Markers.Contains(text) || !isToken(text) ? null
        : new Choice(isExact ? [new SpecialToken(text)] : [new SpecialToken(text), new Literal(text)]);

    /// <summary>A text in pieces: its markers, and what is between them.</summary>
    private IEnumerable<string> Pieces(string text)
    {
        while (text.Length > 0)
        {
            var (at, marker) = format.Markers.Select(marker => (At: text.IndexOf(marker, StringComparison.Ordinal), Marker: marker))
                .Where(found => found.At >= 0).OrderBy(found => found.At).FirstOrDefault((text.Length, ""));
            if (at > 0)
                yield return text[..at];
            if (marker.Length > 0)
                yield return marker;
            text = text[(at + marker.Length)..];
        }
    }

    /// <summary>Text whose white space may be missing, or be a little more.</summary>
    private static IEnumerable<GrammarNode> Spaced(string text)
    {
        while (text.Length > 0)
        {
            var isSpace = text[0] is ' ' or '\n';
            var end = isSpace ? text.AsSpan().IndexOfAnyExcept(" \n") : text.AsSpan().IndexOfAny(" \n");
            var run = end < 0 ? text : text[..end];
            yield return !isSpace ? new Literal(run)
                : run == " " ? new Repeat(new Literal(" "), 0, 1)
                : run == "\n" ? new Repeat(new Literal("\n"), 0, 2)
                : new Repeat(CharacterSet.Of(" \n"), 0, run.Length);
            text = text[run.Length..];
        }
    }

    private Difference WithoutOpening(GrammarNode text) => new(text, new Sequence([AnyText, new Literal(format.Opening!), AnyText]));

    // Within text a marker can only be its characters: a token of its own is no text.
    private static GrammarNode AsText(GrammarNode node) => node switch
    {
        SpecialToken => GrammarNode.Never,
        Sequence sequence => new Sequence([.. sequence.Items.Select(AsText)]),
        Choice choice => new Choice([.. choice.Options.Select(AsText)]),
        Repeat repeat => repeat with { Item = AsText(repeat.Item) },
        _ => node,
    };
}
