using System.Text;
using System.Text.RegularExpressions;
using Ingot.Service.Chat;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Constraints;
using Ingot.Service.Chat.Parsing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.JsonSchema;

namespace Ingot.Service.Tests.Chat.Calls;

/// <summary>Every format's grammar and its parser are of one mind: what the one accepts is what the other reads.</summary>
public sealed class CallGrammarTests
{
    private static readonly Dictionary<string, CompiledGrammar> Arguments =
        FormatCases.Tools.ToDictionary(tool => tool.Name, tool => CompiledGrammar.Compile(JsonSchemaGrammar.Compile(tool.Parameters!.Value)));

    public static TheoryData<string> Formats => FormatCases.Names;

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_grammar_takes_calls_as_they_are_written(string name)
    {
        var format = FormatCases.Of(name);
        var (required, free) = (Grammar(format, ToolChoice.Required), Grammar(format, ToolChoice.Auto));
        TurnToolCall[][] answers = FormatCases.IsParallel(format)
            ? [[FormatCases.Weather], [FormatCases.Stop], [FormatCases.Weather, FormatCases.Stop, FormatCases.Note]]
            : [[FormatCases.Weather], [FormatCases.Note]];
        foreach (var calls in answers)
        {
            var text = CallWriter.Write(format, calls);
            Assert.True(Accepts(required, text), text);
            Assert.True(Accepts(free, text), text);
            Assert.True(Accepts(free, $"{format.Preface}Let me see.\n{text}"), text);
        }

        Assert.False(Accepts(required, "Let me see."));
        Assert.True(Accepts(free, format.Preface + "Let me see."));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_grammar_accepts_exactly_what_the_parser_reads_as_calls_alone(string name)
    {
        var format = FormatCases.Of(name);
        var grammar = Grammar(format, ToolChoice.Auto);
        var random = new Random(name.Length);
        var (accepted, refused) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            TurnToolCall[] calls = random.Next(3) == 0 && FormatCases.IsParallel(format) ? [FormatCases.Weather, FormatCases.Stop] : [FormatCases.Weather];
            var text = CallWriter.Write(format, calls);
            if (random.Next(4) > 0)
                text = Spoil(text, random);
            var isRead = Reads(format, text, out var begun);

            // What does not begin a call is text, and text is free.
            if (!begun)
                continue;
            Assert.True(Accepts(grammar, text) == isRead, $"{(isRead ? "read, not accepted" : "accepted, not read")}: {text}");
            _ = isRead ? accepted++ : refused++;
        }

        Assert.True(accepted > 20 && refused > 20, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Where_calls_are_not_allowed_none_can_begin(string name)
    {
        var format = FormatCases.Of(name);
        var grammar = Grammar(format, ToolChoice.None);
        Assert.False(Accepts(grammar, CallWriter.Write(format, [FormatCases.Weather])));
        Assert.True(Accepts(grammar, format.Preface + """Hello {"name": "x"} < | [TOOL"""));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void One_call_is_one_where_only_one_is_wanted(string name)
    {
        var format = FormatCases.Of(name);
        var grammar = Grammar(format, ToolChoice.Required, parallel: false);
        Assert.True(Accepts(grammar, CallWriter.Write(format, [FormatCases.Weather])));
        Assert.False(Accepts(grammar, CallWriter.Write(format, [FormatCases.Weather, FormatCases.Stop])));
    }

    private static CompiledGrammar Grammar(CallFormat format, ToolChoice choice, bool parallel = true)
    {
        var turn = new ChatTurn
        {
            Model = "m",
            Messages = [],
            Tools = FormatCases.Tools,
            ToolChoice = choice,
            ParallelToolCalls = parallel,
        };
        var markup = new OutputMarkup(format, Reasoning: null, StartsInReasoning: false) { Targets = FormatCases.Targets(format) };
        return CompiledGrammar.Compile(AnswerGrammar.Write(turn, AnswerPlan.Of(turn)!, markup, _ => false));
    }

    private static bool Accepts(CompiledGrammar grammar, string text) => grammar.Accepts(Encoding.UTF8.GetBytes(text));

    // Strictly: calls of functions that exist with arguments that fit, and text beside them.
    private static bool Reads(CallFormat format, string text, out bool begun)
    {
        begun = false;
        for (var rest = text; rest.Length > 0;)
        {
            var next = format.Opening is { } opening ? rest.IndexOf(opening, StringComparison.Ordinal) : 0;
            if (next != 0 && (format.Preface.Length > 0 || (format.IsSingle && begun)))
                return false;
            if (next < 0)
                return true;
            List<OutputPart> parts = [];
            var walk = new CallWalk(format, FormatCases.Targets(format));
            var taken = walk.Read(rest.AsSpan(next), parts);
            var isFirst = !begun;
            begun |= walk.HasCalls || format.Opening is not null;
            if (!walk.IsDone || !Fits(parts) || (format.IsSingle && !isFirst))
                return false;
            rest = rest[(next + taken)..];
        }

        return true;
    }

    private static bool Fits(List<OutputPart> parts)
    {
        List<(string Name, string Arguments)> calls = [];
        foreach (var part in parts)
        {
            if (part is OutputPart.CallStart start)
                calls.Add((start.Name, ""));
            else if (part is OutputPart.CallArguments more)
                calls[^1] = (calls[^1].Name, calls[^1].Arguments + more.Value);
        }

        return calls.All(call => Accepts(Arguments[call.Name], call.Arguments));
    }

    // One piece is lost, doubled, or changed for another: pieces are what formats and JSON are made of. White space is left alone.
    private static string Spoil(string text, Random random)
    {
        var pieces = Regex.Matches(text, @"[A-Za-z0-9_]+|\s+|.").Select(match => match.Value).ToList();
        var words = Enumerable.Range(0, pieces.Count).Where(index => !string.IsNullOrWhiteSpace(pieces[index])).ToList();
        var at = words[random.Next(words.Count)];
        switch (random.Next(3))
        {
            case 0:
                pieces.RemoveAt(at);
                break;
            case 1:
                pieces.Insert(at, pieces[at]);
                break;
            default:
                pieces[at] = pieces[words[random.Next(words.Count)]];
                break;
        }

        return string.Concat(pieces);
    }
}
