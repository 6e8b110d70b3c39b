using System.Globalization;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>
/// Parses the regular expressions of tokenizer files: Oniguruma's syntax, over code points.
/// The platform's expressions work on UTF-16 units, where a letter outside the basic plane is no <c>\p{L}</c>.
/// Captures are plain groups; back-references, conditionals and recursion are refused.
/// </summary>
internal sealed class PatternParser
{
    private readonly string _source;
    private readonly PatternClassParser _classes;
    private int _at;
    private int _depth;
    private bool _ignoreCase;

    private PatternParser(string source)
    {
        _source = source;
        _classes = new PatternClassParser(source);
    }

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="FormatException">The pattern is malformed or uses what is not supported; the message says what and where.</exception>
    public static PatternNode Parse(string source)
    {
        if (source.Length > TokenizerLimits.MaxPatternLength) throw new FormatException("it is too long");
        var parser = new PatternParser(source);
        var node = parser.ReadAlternatives();
        return parser._at == source.Length ? node : throw parser.Fail("an unmatched ')'");
    }

    private PatternNode ReadAlternatives()
    {
        if (++_depth > TokenizerLimits.MaxDepth) throw Fail("groups nested too deeply");
        var ignoreCase = _ignoreCase;
        List<PatternNode> choices = [ReadSequence()];
        while (Accept('|')) choices.Add(ReadSequence());
        _ignoreCase = ignoreCase;
        _depth--;
        return choices.Count == 1 ? choices[0] : new AlternativesNode(choices);
    }

    private PatternNode ReadSequence()
    {
        List<PatternNode> parts = [];
        while (_at < _source.Length && _source[_at] is not ('|' or ')'))
        {
            if (ReadAtom() is { } atom) parts.Add(ReadRepeats(atom));
        }
        return parts.Count == 1 ? parts[0] : new SequenceNode(parts);
    }

    private PatternNode ReadRepeats(PatternNode atom)
    {
        var quantifiers = 0;
        while (_at < _source.Length && TryReadQuantifier(out var min, out var max, out var isInterval))
        {
            if (++quantifiers > 4) throw Fail("too many quantifiers on one item");
            // After an interval a plus is one more quantifier, not a possessive mark: Oniguruma's Ruby syntax.
            var kind = Accept('?') ? RepeatKind.Lazy : !isInterval && Accept('+') ? RepeatKind.Possessive : RepeatKind.Greedy;
            atom = new RepeatNode(atom, min, max, kind);
        }
        return atom;
    }

    private bool TryReadQuantifier(out int min, out int? max, out bool isInterval)
    {
        (min, max, isInterval) = (0, null, false);
        switch (_source[_at])
        {
            case '*':
                _at++;
                return true;
            case '+':
                (min, _at) = (1, _at + 1);
                return true;
            case '?':
                (max, _at) = (1, _at + 1);
                return true;
            case '{':
                isInterval = true;
                return TryReadInterval(out min, out max);
            default:
                return false;
        }
    }

    private bool TryReadInterval(out int min, out int? max)
    {
        (min, max) = (0, null);
        var close = _source.IndexOf('}', _at);
        if (close < 0) return false;
        var bounds = _source[(_at + 1)..close].Split(',');
        if (bounds.Length > 2 || (bounds[0].Length == 0 && (bounds.Length == 1 || bounds[1].Length == 0))) return false;
        if (bounds[0].Length > 0 && !TryReadCount(bounds[0], out min)) return false;
        if (bounds.Length == 1)
        {
            max = min;
        }
        else if (bounds[1].Length > 0)
        {
            if (!TryReadCount(bounds[1], out var most)) return false;
            max = most;
        }
        if (max < min) throw Fail("an interval that ends before it starts");
        _at = close + 1;
        return true;
    }

    private bool TryReadCount(string text, out int count)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count)) return false;
        return count <= 1000 ? true : throw Fail("an interval above 1000");
    }

    private PatternNode? ReadAtom()
    {
        switch (_source[_at])
        {
            case '(':
                return ReadGroup();
            case '[':
                return new SetNode(_classes.ReadClass(ref _at, _ignoreCase));
            case '.':
                _at++;
                return new SetNode(new CharacterSet(c => c != '\n'));
            case '^':
                _at++;
                return new AnchorNode(AnchorKind.LineStart);
            case '$':
                _at++;
                return new AnchorNode(AnchorKind.LineEnd);
            case '\\':
                return ReadEscape();
            case '*' or '+' or '?':
                throw Fail("a quantifier with nothing before it");
            default:
                var codePoint = CodePoints.At(_source, _at, out var length);
                _at += length;
                return Fold(CharacterSet.Of(codePoint));
        }
    }

    private PatternNode ReadEscape()
    {
        var anchor = _at + 1 < _source.Length ? _source[_at + 1] : throw Fail("a backslash at its end");
        AnchorKind? kind = anchor switch
        {
            'A' => AnchorKind.TextStart,
            'z' => AnchorKind.TextEnd,
            'Z' => AnchorKind.TextEndOrFinalNewline,
            'b' => AnchorKind.WordBoundary,
            'B' => AnchorKind.NotWordBoundary,
            _ => null,
        };
        if (kind is { } found)
        {
            _at += 2;
            return new AnchorNode(found);
        }
        if (anchor is (>= '1' and <= '9') or 'k' or 'g' or 'G' or 'K' or 'X' or 'R') throw Fail($"\\{anchor}");
        return Fold(_classes.ReadEscape(ref _at, out _));
    }

    private SetNode Fold(CharacterSet set) => new(_ignoreCase ? set.FoldAscii() : set);

    private PatternNode? ReadGroup()
    {
        _at++;
        if (!Accept('?')) return Close(ReadAlternatives());
        if (Accept(':')) return Close(ReadAlternatives());
        if (Accept('>')) return new AtomicNode(Close(ReadAlternatives()));
        if (Accept('=')) return new LookNode(Close(ReadAlternatives()), Behind: false, Negative: false);
        if (Accept('!')) return new LookNode(Close(ReadAlternatives()), Behind: false, Negative: true);
        if (AcceptText("<=")) return Behind(Close(ReadAlternatives()), negative: false);
        if (AcceptText("<!")) return Behind(Close(ReadAlternatives()), negative: true);
        if (AcceptText("i:")) return ReadWithCase(ignore: true);
        if (AcceptText("-i:")) return ReadWithCase(ignore: false);
        if (AcceptText("i)") || AcceptText("-i)"))
        {
            // Holds to the end of the enclosing group, which restores what was before.
            _ignoreCase = _source[_at - 3] != '-';
            return null;
        }
        if (AcceptText("<") || AcceptText("P<"))
        {
            var close = _source.IndexOf('>', _at);
            if (close <= _at) throw Fail("a malformed group name");
            _at = close + 1;
            return Close(ReadAlternatives());
        }
        throw Fail("an unsupported kind of group");
    }

    private PatternNode ReadWithCase(bool ignore)
    {
        var before = _ignoreCase;
        _ignoreCase = ignore;
        var node = ReadAlternatives();
        _ignoreCase = before;
        return Close(node);
    }

    private LookNode Behind(PatternNode body, bool negative) =>
        body.MaxLength is <= 255 ? new LookNode(body, Behind: true, negative) : throw Fail("a look-behind without a bound");

    private PatternNode Close(PatternNode node) => Accept(')') ? node : throw Fail("a group that is not closed");

    private bool Accept(char expected)
    {
        if (_at >= _source.Length || _source[_at] != expected) return false;
        _at++;
        return true;
    }

    private bool AcceptText(string expected)
    {
        if (!_source.AsSpan(_at).StartsWith(expected, StringComparison.Ordinal)) return false;
        _at += expected.Length;
        return true;
    }

    private FormatException Fail(string what) => new($"it has {what} at character {_at}");
}
