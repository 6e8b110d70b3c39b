using System.Text;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Constraints.Notations;

/// <summary>Reads what stands behind the colon of a Lark rule or terminal.</summary>
internal sealed class LarkExpressions(NotationSource source, string? param, InlineSchemas schemas)
{
    /// <summary>No name in a grammar's text has a space in it.</summary>
    public const string IgnoredRule = " ignored";

    private const int MaxDepth = 200;

    private int _depth;

    public static bool IsTerminal(string name) => name.TrimStart('_') is [var first, ..] && char.IsAsciiLetterUpper(first);

    public string? TakeName() => char.IsAsciiDigit(source.Next) ? null : source.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Reads alternatives to the end of the rule, group or option.</summary>
    /// <param name="isTerminal">Whether nothing is ignored in between.</param>
    public GrammarNode ReadAlternatives(bool isTerminal)
    {
        if (++_depth > MaxDepth) throw source.Fail("groups are nested too deeply");
        List<GrammarNode> options = [];
        TryTakeBar();
        do
        {
            options.Add(ReadSequence(isTerminal));
            if (source.TryTake("->") && SkipAndTakeName() is null) throw source.Fail("an alias has no name");
        }
        while (TryTakeBar());
        _depth--;
        return options.Count == 1 ? options[0] : new Choice(options);
    }

    private string? SkipAndTakeName()
    {
        source.SkipSpace(acrossLines: false);
        return TakeName();
    }

    // A line that begins with a bar goes on with the rule before.
    private bool TryTakeBar()
    {
        var end = source.Position;
        source.SkipSpace(acrossLines: true);
        if (source.TryTake("|")) return true;
        source.Position = end;
        return false;
    }

    private GrammarNode ReadSequence(bool isTerminal)
    {
        List<GrammarNode> items = [];
        while (true)
        {
            source.SkipSpace(acrossLines: _depth > 1);
            if (ReadItem(isTerminal) is not { } item) break;
            items.Add(ReadCounts(item));
        }
        return items.Count == 1 ? items[0] : new Sequence(items);
    }

    private GrammarNode? ReadItem(bool isTerminal)
    {
        switch (source.Next)
        {
            case '"':
                return Then(ReadTextOrRange(), isTerminal);
            case '/':
                return Then(ReadPattern(), isTerminal);
            case '<':
                return Then(ReadSpecial(), isTerminal);
            case '(':
                source.TryTake("(");
                var group = ReadAlternatives(isTerminal);
                Close(")");
                return group;
            case '[':
                source.TryTake("[");
                var option = ReadAlternatives(isTerminal);
                Close("]");
                return new Repeat(option, 0, 1);
            case '%' when source.TryTake("%json"):
                return Then(schemas.Read(), isTerminal);
            case '%' or '&' or '~' or '@':
                throw source.Refuse($"'{source.Next}'");
        }
        if (TakeName() is not { } name) return null;
        if (source.Next is '{' && !IsTerminal(name)) throw source.Refuse($"the template '{name}'");
        return IsTerminal(name) ? Then(new RuleReference(name), isTerminal) : new RuleReference(name);
    }

    private void Close(string mark)
    {
        source.SkipSpace(acrossLines: true);
        source.Expect(mark);
    }

    private static GrammarNode Then(GrammarNode terminal, bool isTerminal) =>
        isTerminal ? terminal : new Sequence([terminal, new RuleReference(IgnoredRule)]);

    private GrammarNode ReadCounts(GrammarNode item)
    {
        for (var count = 0; count < MaxDepth; count++)
        {
            if (source.TryTake("*")) item = new Repeat(item, 0, null);
            else if (source.TryTake("+")) item = new Repeat(item, 1, null);
            else if (source.TryTake("?")) item = new Repeat(item, 0, 1);
            else if (source.TryTake("{")) item = ReadCount(item);
            else if (TryTakeTilde()) item = ReadTilde(item);
            else return item;
        }
        throw source.Fail("an item has too many counts");
    }

    private bool TryTakeTilde()
    {
        var end = source.Position;
        source.SkipSpace(acrossLines: false);
        if (source.TryTake("~")) return true;
        source.Position = end;
        return false;
    }

    private Repeat ReadTilde(GrammarNode item)
    {
        source.SkipSpace(acrossLines: false);
        var minimum = source.TakeNumber() ?? throw source.Fail("a count has no number");
        if (!source.TryTake("..")) return new Repeat(item, minimum, minimum);
        return new Repeat(item, minimum, source.TakeNumber() ?? throw source.Fail("a count has no number"));
    }

    private Repeat ReadCount(GrammarNode item)
    {
        var minimum = source.TakeNumber();
        var maximum = minimum;
        if (source.TryTake(",")) maximum = source.TakeNumber();
        else if (minimum is null) throw source.Fail("a count has no number");
        source.Expect("}");
        return new Repeat(item, minimum ?? 0, maximum);
    }

    private GrammarNode ReadTextOrRange()
    {
        var text = ReadText();
        if (source.TryTake(".."))
        {
            if (source.Next != '"') throw source.Fail("a range has no end");
            var last = ReadText();
            var (first, end) = (Single(text), Single(last));
            return end < first ? throw source.Fail("a range ends below its start") : new CharacterSet([new CharacterRange(first, end)]);
        }
        if (!source.TryTake("i")) return new Literal(text);
        return new Sequence([.. text.EnumerateRunes().Select(rune => Characters.CodePointSet.Of(rune.Value).FoldCase().ToNode())]);
    }

    private int Single(string text) =>
        text.EnumerateRunes().ToList() is [var only] ? only.Value : throw source.Fail("a range goes from one character to one");

    private string ReadText()
    {
        source.TryTake("\"");
        var text = new StringBuilder();
        while (!source.TryTake("\""))
        {
            if (source.IsAtEnd || source.Next is '\n') throw source.Fail("a text is not closed");
            var value = source.TryTake("\\") ? source.TakeEscaped() : source.TakeCodePoint();
            if (value is >= 0xD800 and <= 0xDFFF) throw source.Fail("half a surrogate pair");
            text.Append(char.ConvertFromUtf32(value));
        }
        return text.ToString();
    }

    private GrammarNode ReadPattern()
    {
        source.TryTake("/");
        var pattern = new StringBuilder();
        while (!source.TryTake("/"))
        {
            if (source.IsAtEnd || source.Next is '\n') throw source.Fail("a pattern is not closed");
            if (source.TryTake("\\/"))
            {
                pattern.Append('/');
                continue;
            }
            if (source.TryTake("\\")) pattern.Append('\\');
            pattern.Append(char.ConvertFromUtf32(source.TakeCodePoint()));
        }
        var options = PatternOptions.None;
        foreach (var flag in source.TakeWhile(char.IsAsciiLetterLower) ?? "")
        {
            options |= flag switch
            {
                'i' => PatternOptions.IgnoreCase,
                's' => PatternOptions.DotMatchesAll,
                'u' => PatternOptions.None,
                _ => throw source.Refuse($"the pattern flag '{flag}'"),
            };
        }
        return RegularExpression.Parse(pattern.ToString(), PatternScope.Whole, options, param);
    }

    private SpecialToken ReadSpecial()
    {
        source.TryTake("<");
        var name = source.TakeWhile(c => c is not ('>' or '\n'));
        source.Expect(">");
        if (name is null || name.StartsWith('[')) throw source.Refuse("a token by its number");
        return new SpecialToken($"<{name}>");
    }
}
