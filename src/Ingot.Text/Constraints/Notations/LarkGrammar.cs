using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Constraints.Notations;

/// <summary>
/// Grammars in the notation of Lark: rules in lower case, terminals in upper case, quoted texts, <c>/patterns/</c>, ranges,
/// groups, <c>[optional]</c> parts, the counts <c>* + ? ~n ~n..m {n,m}</c>, <c>%ignore</c>, <c>%import common.…</c>,
/// JSON Schemas as <c>%json {…}</c>, and special
/// tokens as <c>&lt;|name|&gt;</c>. The rule <c>start</c> is the whole text. What terminals match is not cut as a lexer
/// would: a text is accepted when any reading of it follows the rules. Priorities and aliases change no text and are ignored.
/// </summary>
public sealed class LarkGrammar
{
    private const int MaxLength = 500_000;

    private readonly NotationSource _source;
    private readonly Dictionary<string, GrammarNode> _rules = [];
    private readonly List<GrammarNode> _ignored = [];
    private readonly LarkExpressions _expressions;

    private LarkGrammar(string text, string? param, Func<JsonElement, Grammar>? schemas)
    {
        _source = new NotationSource(text, "//", param);
        _expressions = new LarkExpressions(_source, param, new InlineSchemas(_source, _rules, schemas));
    }

    /// <summary>Reads a grammar.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="param">The request field it came from, for the error; absent when there is none.</param>
    /// <param name="schemas">Makes the grammar of a JSON Schema written as <c>%json {…}</c>; null when there may be none.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/> naming the line that is malformed; <see cref="ErrorCode.UnsupportedValue"/> naming what
    /// is not done here.
    /// </exception>
    public static Grammar Parse(string text, string? param = null, Func<JsonElement, Grammar>? schemas = null)
    {
        if (text.Length > MaxLength) throw new IngotException(ErrorCode.InvalidValue, $"The grammar has {text.Length} characters; at most {MaxLength} are read.", param);
        return new LarkGrammar(text, param, schemas).Read();
    }

    private Grammar Read()
    {
        _source.SkipSpace(acrossLines: true);
        while (!_source.IsAtEnd)
        {
            if (_source.TryTake("%")) ReadDirective();
            else ReadRule();
            _source.SkipSpace(acrossLines: false);
            if (!_source.IsAtEnd && _source.Next is not ('\n' or '\r')) throw _source.Fail($"'{_source.Next}' is out of place");
            _source.SkipSpace(acrossLines: true);
        }
        _rules[LarkExpressions.IgnoredRule] = _ignored.Count == 0 ? GrammarNode.Empty : new Repeat(new Choice(_ignored), 0, null);
        // White space that is ignored may also come before the first terminal.
        _rules[" whole"] = new Sequence([new RuleReference(LarkExpressions.IgnoredRule), new RuleReference("start")]);
        if (!_rules.ContainsKey("start")) throw _source.Fail("there is no rule 'start'");
        return new Grammar(_rules, " whole");
    }

    private void ReadRule()
    {
        while (_source.TryTake("?") || _source.TryTake("!"))
        {
        }
        var name = _expressions.TakeName() ?? throw _source.Fail("a rule's name is missing");
        if (_source.TryTake("."))
        {
            _source.TryTake("-");
            if (_source.TakeNumber() is null) throw _source.Fail("a priority is no number");
        }
        if (_source.Next is '[' or '{') throw _source.Refuse($"the attributes or parameters of rule '{name}'");
        _source.SkipSpace(acrossLines: false);
        _source.Expect(":");
        Define(name, _expressions.ReadAlternatives(LarkExpressions.IsTerminal(name)));
    }

    private void ReadDirective()
    {
        var directive = _expressions.TakeName();
        _source.SkipSpace(acrossLines: false);
        switch (directive)
        {
            case "ignore":
                _ignored.Add(_expressions.ReadAlternatives(isTerminal: true));
                break;
            case "import":
                ReadImport();
                break;
            case "llguidance":
                _source.SkipLine();
                break;
            default:
                throw _source.Refuse($"the directive '%{directive}'");
        }
    }

    private void ReadImport()
    {
        if (!_source.TryTake("common")) throw _source.Refuse("an import of anything but 'common'");
        if (!_source.TryTake("."))
        {
            _source.SkipSpace(acrossLines: false);
            _source.Expect("(");
            do
            {
                _source.SkipSpace(acrossLines: true);
                Import();
                _source.SkipSpace(acrossLines: true);
            }
            while (_source.TryTake(","));
            _source.Expect(")");
            return;
        }
        Import();
    }

    private void Import()
    {
        var name = _expressions.TakeName() ?? throw _source.Fail("the name to import is missing");
        if (!LarkCommon.Patterns.TryGetValue(name, out var pattern)) throw _source.Fail($"'common' has no '{name}' here");
        _source.SkipSpace(acrossLines: false);
        var alias = name;
        if (_source.TryTake("->"))
        {
            _source.SkipSpace(acrossLines: false);
            alias = _expressions.TakeName() ?? throw _source.Fail("the name to import as is missing");
        }
        Define(alias, RegularExpression.Parse(pattern, PatternScope.Whole, PatternOptions.DotMatchesAll));
    }

    private void Define(string name, GrammarNode node)
    {
        if (!_rules.TryAdd(name, node)) throw _source.Fail($"'{name}' is defined twice");
    }
}
