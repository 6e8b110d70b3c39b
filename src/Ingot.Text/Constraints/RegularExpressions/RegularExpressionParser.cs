using Ingot.Text.Constraints.Characters;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.RegularExpressions;

/// <summary>Reads a pattern's structure; anchors stay in the result as <see cref="Anchor"/> nodes.</summary>
internal sealed class RegularExpressionParser(PatternSource source, PatternOptions options)
{
    private const int MaxDepth = 150;
    private const int MaxCount = 1_000_000;

    private readonly PatternClassReader _classes = new(source, (options & PatternOptions.IgnoreCase) != 0);
    private int _depth;

    public GrammarNode Parse()
    {
        var node = ReadAlternatives();
        return source.IsAtEnd ? node : throw source.Malformed("a closing parenthesis without its opening one");
    }

    private GrammarNode ReadAlternatives()
    {
        if (++_depth > MaxDepth) throw source.Malformed("groups nested too deeply");
        List<GrammarNode> alternatives = [ReadSequence()];
        while (source.TryTake("|")) alternatives.Add(ReadSequence());
        _depth--;
        return alternatives.Count == 1 ? alternatives[0] : new Choice(alternatives);
    }

    private GrammarNode ReadSequence()
    {
        List<GrammarNode> items = [];
        while (!source.IsAtEnd && source.Next is not ('|' or ')')) items.Add(ReadQuantified());
        return items.Count == 1 ? items[0] : new Sequence(items);
    }

    private GrammarNode ReadQuantified()
    {
        var item = ReadItem();
        if (!TryReadQuantifier(out var minimum, out var maximum)) return item;
        if (item is Anchor) throw source.Malformed("a quantifier after an anchor");
        if (source.Next == '+') throw source.Unsupported("a possessive quantifier");
        source.TryTake("?");
        if (source.Next is '*' or '+' or '?') throw source.Malformed("a quantifier after a quantifier");
        return new Repeat(item, minimum, maximum);
    }

    private bool TryReadQuantifier(out int minimum, out int? maximum)
    {
        (minimum, maximum) = (0, null);
        if (source.TryTake("*")) return true;
        if (source.TryTake("?"))
        {
            maximum = 1;
            return true;
        }
        if (source.TryTake("+"))
        {
            minimum = 1;
            return true;
        }
        return TryReadCount(out minimum, out maximum);
    }

    private bool TryReadCount(out int minimum, out int? maximum)
    {
        (minimum, maximum) = (0, null);
        var start = source.Position;
        if (!source.TryTake("{")) return false;
        if (source.TakeNumber() is { } first)
        {
            minimum = first;
            maximum = source.TryTake(",") ? source.TakeNumber() : first;
            if (source.TryTake("}"))
            {
                if (maximum < minimum) throw source.Malformed("a count that ends below its start");
                if (Math.Max(minimum, maximum ?? 0) > MaxCount) throw source.Malformed($"a count above {MaxCount}");
                return true;
            }
        }
        source.MoveTo(start);
        return false;
    }

    private GrammarNode ReadItem()
    {
        switch (source.Next)
        {
            case '(':
                return ReadGroup();
            case '[':
                return _classes.ReadClass().ToNode();
            case '.':
                source.TryTake(".");
                return ((options & PatternOptions.DotMatchesAll) != 0 ? CodePointSet.All : CharacterClasses.LineEnds.Negate()).ToNode();
            case '^':
                source.TryTake("^");
                return new Anchor(IsStart: true);
            case '$':
                source.TryTake("$");
                return new Anchor(IsStart: false);
            case '*' or '+' or '?':
                throw source.Malformed("a quantifier with nothing before it");
            case '\\':
                return ReadEscape();
            default:
                return _classes.Fold(CodePointSet.Of(source.TakeCodePoint())).ToNode();
        }
    }

    private GrammarNode ReadGroup()
    {
        source.TryTake("(");
        if (source.StartsWith("?=") || source.StartsWith("?!")) throw source.Unsupported("look-ahead");
        if (source.StartsWith("?<=") || source.StartsWith("?<!")) throw source.Unsupported("look-behind");
        if (source.TryTake("?<") || source.TryTake("?P<"))
        {
            if (source.TakeUntil('>') is null) throw source.Malformed("a group name that is not closed");
        }
        else if (!source.TryTake("?:") && source.Next == '?')
        {
            throw source.Unsupported("a group of an unknown kind");
        }
        var node = ReadAlternatives();
        return source.TryTake(")") ? node : throw source.Malformed("a group that is not closed");
    }

    private CharacterSet ReadEscape()
    {
        if (source.StartsWith("\\b") || source.StartsWith("\\B")) throw source.Unsupported("a word boundary");
        return _classes.Fold(_classes.ReadEscape(isInClass: false)).ToNode();
    }
}
