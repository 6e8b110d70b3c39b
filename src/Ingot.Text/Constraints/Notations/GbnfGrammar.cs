using System.Text;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Notations;

/// <summary>
/// Grammars in GBNF: <c>name ::= …</c> with quoted texts, character classes, <c>.</c>, groups, alternatives and the counts
/// <c>* + ? {m,n}</c>; <c>#</c> begins a comment. The rule <c>root</c> is the whole text. A rule goes on over line ends inside
/// parentheses, after <c>|</c> and before it.
/// </summary>
public sealed class GbnfGrammar
{
    private const int MaxLength = 500_000;
    private const int MaxDepth = 200;

    private readonly NotationSource _source;
    private readonly Dictionary<string, GrammarNode> _rules = [];
    private int _depth;

    private GbnfGrammar(NotationSource source) => _source = source;

    /// <summary>Reads a grammar.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="param">The request field it came from, for the error; absent when there is none.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> naming the line that is malformed.</exception>
    public static Grammar Parse(string text, string? param = null)
    {
        if (text.Length > MaxLength) throw new IngotException(ErrorCode.InvalidValue, $"The grammar has {text.Length} characters; at most {MaxLength} are read.", param);
        return new GbnfGrammar(new NotationSource(text, "#", param)).Read();
    }

    private Grammar Read()
    {
        _source.SkipSpace(acrossLines: true);
        while (!_source.IsAtEnd)
        {
            var name = TakeName() ?? throw _source.Fail("a rule's name is missing");
            _source.SkipSpace(acrossLines: false);
            _source.Expect("::=");
            _source.SkipSpace(acrossLines: true);
            if (!_rules.TryAdd(name, ReadAlternatives(isNested: false))) throw _source.Fail($"the rule '{name}' is there twice");
            if (!_source.IsAtEnd && _source.Next is not ('\n' or '\r')) throw _source.Fail($"'{_source.Next}' is out of place");
            _source.SkipSpace(acrossLines: true);
        }
        return new Grammar(_rules, "root");
    }

    private string? TakeName() => _source.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private GrammarNode ReadAlternatives(bool isNested)
    {
        if (++_depth > MaxDepth) throw _source.Fail("groups are nested too deeply");
        List<GrammarNode> options = [ReadSequence(isNested)];
        while (TryTakeBar())
        {
            _source.SkipSpace(acrossLines: true);
            options.Add(ReadSequence(isNested));
        }
        _depth--;
        return options.Count == 1 ? options[0] : new Choice(options);
    }

    // A line that begins with a bar goes on with the rule before.
    private bool TryTakeBar()
    {
        var end = _source.Position;
        _source.SkipSpace(acrossLines: true);
        if (_source.TryTake("|")) return true;
        _source.Position = end;
        return false;
    }

    private GrammarNode ReadSequence(bool isNested)
    {
        List<GrammarNode> items = [];
        while (ReadItem() is { } item)
        {
            items.Add(ReadCounts(item));
            _source.SkipSpace(isNested);
        }
        return items.Count == 1 ? items[0] : new Sequence(items);
    }

    private GrammarNode? ReadItem()
    {
        switch (_source.Next)
        {
            case '"':
                return ReadText();
            case '[':
                return ReadClass();
            case '.':
                _source.TryTake(".");
                return GrammarNode.AnyCharacter;
            case '(':
                _source.TryTake("(");
                _source.SkipSpace(acrossLines: true);
                var group = ReadAlternatives(isNested: true);
                _source.SkipSpace(acrossLines: true);
                _source.Expect(")");
                return group;
        }
        if (TakeName() is not { } name) return null;
        return new RuleReference(name);
    }

    private GrammarNode ReadCounts(GrammarNode item)
    {
        for (var count = 0; count < MaxDepth; count++)
        {
            _source.SkipSpace(acrossLines: false);
            if (_source.TryTake("*")) item = new Repeat(item, 0, null);
            else if (_source.TryTake("+")) item = new Repeat(item, 1, null);
            else if (_source.TryTake("?")) item = new Repeat(item, 0, 1);
            else if (_source.TryTake("{")) item = ReadCount(item);
            else return item;
        }
        throw _source.Fail("an item has too many counts");
    }

    private Repeat ReadCount(GrammarNode item)
    {
        var minimum = _source.TakeNumber();
        var maximum = minimum;
        if (_source.TryTake(",")) maximum = _source.TakeNumber();
        else if (minimum is null) throw _source.Fail("a count has no number");
        _source.Expect("}");
        return new Repeat(item, minimum ?? 0, maximum);
    }

    private Literal ReadText()
    {
        _source.TryTake("\"");
        var text = new StringBuilder();
        while (!_source.TryTake("\""))
        {
            if (_source.IsAtEnd || _source.Next is '\n') throw _source.Fail("a text is not closed");
            text.Append(char.ConvertFromUtf32(TakeCharacter()));
        }
        return new Literal(text.ToString());
    }

    private CharacterSet ReadClass()
    {
        _source.TryTake("[");
        var isNegated = _source.TryTake("^");
        List<CharacterRange> ranges = [];
        while (!_source.TryTake("]"))
        {
            if (_source.IsAtEnd) throw _source.Fail("a class is not closed");
            var first = TakeCharacter();
            var last = first;
            if (_source.Next == '-' && !_source.StartsWith("-]"))
            {
                _source.TryTake("-");
                last = TakeCharacter();
            }
            if (last < first) throw _source.Fail("a range ends below its start");
            ranges.Add(new CharacterRange(first, last));
        }
        return new CharacterSet(ranges, isNegated);
    }

    private int TakeCharacter()
    {
        var value = _source.TryTake("\\") ? _source.TakeEscaped() : _source.TakeCodePoint();
        return value is >= 0xD800 and <= 0xDFFF ? throw _source.Fail("half a surrogate pair") : value;
    }
}
