using System.Text;

namespace Ingot.Text.Templates.Syntax;

/// <summary>Reads the tokens inside one tag, up to its close; a close inside brackets does not count.</summary>
internal sealed class TagReader(SourceText source, int position, bool isVariable)
{
    private const string Escapes = "\\'\"nrtbfav";
    private const string Escaped = "\\'\"\n\r\t\b\f\a\v";

    private static readonly string[] Operators =
        ["//", "**", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|"];

    private readonly string _text = source.Text;
    private readonly string _close = isVariable ? "}}" : "%}";
    private readonly Stack<char> _brackets = new();

    /// <summary>The next unread character; after the last token, where the closing characters stand.</summary>
    public int Position { get; private set; } = position;

    public Token Next(int tag)
    {
        while (Position < _text.Length && Values.PythonCharacters.IsSpace(_text[Position]))
            Position++;
        if (Position >= _text.Length)
            throw source.SyntaxError(tag, "the tag that begins here is never closed");
        if (_brackets.Count == 0 && AtClose())
            return new Token(isVariable ? TokenKind.VariableEnd : TokenKind.BlockEnd, "", Position);
        var first = _text[Position];
        if (char.IsLetter(first) || first == '_')
            return ReadName();
        if (char.IsAsciiDigit(first))
            return ReadNumber();
        return first is '\'' or '"' ? ReadString(first) : ReadOperator();
    }

    private bool AtClose()
    {
        var start = Position;
        if (_text[start] == '-' || (!isVariable && _text[start] == '+'))
            start++;
        if (string.CompareOrdinal(_text, start, _close, 0, 2) != 0)
            return false;
        Position = start;
        return true;
    }

    private Token ReadName()
    {
        var start = Position;
        while (Position < _text.Length && (char.IsLetterOrDigit(_text[Position]) || _text[Position] == '_'))
            Position++;
        return new Token(TokenKind.Name, _text[start..Position], start);
    }

    private Token ReadNumber()
    {
        var start = Position;
        if (_text[start] == '0' && start + 1 < _text.Length && (_text[start + 1] | 0x20) is 'x' or 'o' or 'b')
        {
            Position += 2;
            while (Position < _text.Length && (char.IsAsciiHexDigit(_text[Position]) || _text[Position] == '_'))
                Position++;
            return new Token(TokenKind.Integer, _text[start..Position], start);
        }

        SkipDigits();
        var kind = TokenKind.Integer;
        if (DigitFollows(1) && _text[Position] == '.')
        {
            kind = TokenKind.Float;
            Position++;
            SkipDigits();
        }

        if (Position < _text.Length && _text[Position] is 'e' or 'E')
        {
            var signed = Position + 1 < _text.Length && _text[Position + 1] is '+' or '-';
            if (DigitFollows(signed ? 2 : 1))
            {
                kind = TokenKind.Float;
                Position += signed ? 2 : 1;
                SkipDigits();
            }
        }

        return new Token(kind, _text[start..Position], start);
    }

    private bool DigitFollows(int distance) => Position + distance < _text.Length && char.IsAsciiDigit(_text[Position + distance]);

    private void SkipDigits()
    {
        while (Position < _text.Length && (char.IsAsciiDigit(_text[Position]) || (_text[Position] == '_' && DigitFollows(1))))
            Position++;
    }

    private Token ReadString(char quote)
    {
        var start = Position++;
        var from = Position;
        while (Position < _text.Length && _text[Position] != quote)
            Position += _text[Position] == '\\' ? 2 : 1;
        if (Position >= _text.Length)
            throw source.SyntaxError(start, "the string that begins here is never closed");
        var text = _text[from..Position];
        Position++;
        return new Token(TokenKind.String, text.Contains('\\') ? Unescape(text) : text, start);
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            var simple = Escapes.IndexOf(text[i]);
            if (simple >= 0)
                result.Append(Escaped[simple]);
            else if (text[i] == '\n')
                continue;
            else if (text[i] is 'x' or 'u' or 'U' && ReadHexadecimal(text, i) is { } codePoint)
                i = AppendCodePoint(result, text, i, codePoint);
            else if (text[i] is >= '0' and <= '7')
                i = AppendOctal(result, text, i);
            else
                result.Append('\\').Append(text[i]);
        }

        return result.ToString();
    }

    private static int Width(char kind) => kind switch { 'x' => 2, 'u' => 4, _ => 8 };

    private static int? ReadHexadecimal(string text, int kind)
    {
        var width = Width(text[kind]);
        if (kind + width >= text.Length)
            return null;
        var value = 0L;
        for (var i = kind + 1; i <= kind + width; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
                return null;
            value = value * 16 + Convert.ToInt32(text[i].ToString(), 16);
        }

        return value <= 0x10ffff ? (int)value : null;
    }

    private static int AppendCodePoint(StringBuilder result, string text, int kind, int codePoint)
    {
        if (codePoint > 0xffff)
            result.Append(char.ConvertFromUtf32(codePoint));
        else
            result.Append((char)codePoint);
        return kind + Width(text[kind]);
    }

    private static int AppendOctal(StringBuilder result, string text, int first)
    {
        var value = 0;
        var i = first;
        for (; i < text.Length && i < first + 3 && text[i] is >= '0' and <= '7'; i++)
            value = value * 8 + (text[i] - '0');
        result.Append((char)value);
        return i - 1;
    }

    private Token ReadOperator()
    {
        foreach (var candidate in Operators)
        {
            if (string.CompareOrdinal(_text, Position, candidate, 0, candidate.Length) != 0)
                continue;
            var token = new Token(TokenKind.Operator, candidate, Position);
            Balance(candidate[0]);
            Position += candidate.Length;
            return token;
        }

        throw source.SyntaxError(Position, $"unexpected character '{_text[Position]}'");
    }

    private void Balance(char character)
    {
        if (character is '(' or '[' or '{')
        {
            _brackets.Push(character switch { '(' => ')', '[' => ']', _ => '}' });
        }
        else if (character is ')' or ']' or '}')
        {
            if (_brackets.Count == 0 || _brackets.Pop() != character)
                throw source.SyntaxError(Position, $"'{character}' closes nothing");
        }
    }
}
