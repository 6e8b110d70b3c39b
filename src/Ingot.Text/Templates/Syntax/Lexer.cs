namespace Ingot.Text.Templates.Syntax;

/// <summary>
/// Cuts a template into tokens. Whitespace is treated as Hugging Face's templates expect: the line end after a block tag goes
/// (trim_blocks), so does the space before a block tag that begins its line (lstrip_blocks); '-' and '+' override both.
/// </summary>
internal sealed class Lexer(SourceText source)
{
    private readonly string _text = source.Text;
    private readonly List<Token> _tokens = [];
    private int _position;
    private bool _atLineStart = true;

    public List<Token> Read()
    {
        while (_position < _text.Length)
        {
            var tag = FindTag(_position);
            var opening = tag < 0 ? '\0' : _text[tag + 1];
            if (opening == '%' && RawBlock.TryMatchBegin(_text, tag) is { } rawBody)
            {
                EmitTextBefore(tag, isVariable: false);
                ReadRaw(tag, rawBody);
                continue;
            }

            if (tag < 0)
            {
                Emit(TokenKind.Text, _text[_position..], _position);
                break;
            }

            EmitTextBefore(tag, isVariable: opening == '{');
            _position = tag + 2;
            if (_position < _text.Length && _text[_position] is '-' or '+')
                _position++;
            if (opening == '#')
                SkipComment(tag);
            else
                ReadTag(tag, opening == '{');
        }

        Emit(TokenKind.End, "", _text.Length);
        return _tokens;
    }

    private int FindTag(int from)
    {
        for (var i = from; ; i++)
        {
            i = _text.IndexOf('{', i);
            if (i < 0 || i + 1 >= _text.Length)
                return -1;
            if (_text[i + 1] is '{' or '%' or '#')
                return i;
        }
    }

    private void EmitTextBefore(int tag, bool isVariable)
    {
        var sign = tag + 2 < _text.Length ? _text[tag + 2] : '\0';
        var end = tag;
        if (sign == '-')
        {
            while (end > _position && Values.PythonCharacters.IsSpace(_text[end - 1]))
                end--;
        }
        else if (sign != '+' && !isVariable)
        {
            end = WithoutIndentation(_position, tag);
        }

        if (end > _position)
            Emit(TokenKind.Text, _text[_position..end], _position);
    }

    private int WithoutIndentation(int from, int to)
    {
        var start = to;
        while (start > from && _text[start - 1] != '\n' && Values.PythonCharacters.IsSpace(_text[start - 1]))
            start--;
        return start > from ? (_text[start - 1] == '\n' ? start : to) : (_atLineStart ? start : to);
    }

    private void SkipComment(int tag)
    {
        var end = _text.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
            throw source.SyntaxError(tag, "the comment that begins here is never closed");
        Leave(end, _position, hasLineEndRemoved: true);
    }

    private void ReadRaw(int tag, int body)
    {
        if (RawBlock.FindEnd(_text, body) is not { } end)
            throw source.SyntaxError(tag, "the raw block that begins here is never closed");
        _position = body;
        _atLineStart = body > 0 && _text[body - 1] == '\n';
        EmitTextBefore(end.Tag, isVariable: false);
        Leave(end.Close, end.Tag, hasLineEndRemoved: true);
    }

    private void ReadTag(int tag, bool isVariable)
    {
        Emit(isVariable ? TokenKind.VariableBegin : TokenKind.BlockBegin, "", tag);
        var body = _position;
        var reader = new TagReader(source, _position, isVariable);
        while (true)
        {
            var token = reader.Next(tag);
            _tokens.Add(token);
            if (token.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd)
                break;
        }

        Leave(reader.Position, body, hasLineEndRemoved: !isVariable);
    }

    /// <summary>Steps over a tag's two closing characters (and the sign before them) and the whitespace they take along.</summary>
    private void Leave(int close, int body, bool hasLineEndRemoved)
    {
        var sign = close > body ? _text[close - 1] : '\0';
        _position = close + 2;
        if (sign == '-')
        {
            while (_position < _text.Length && Values.PythonCharacters.IsSpace(_text[_position]))
                _position++;
        }
        else if (hasLineEndRemoved && sign != '+' && _position < _text.Length && _text[_position] == '\n')
        {
            _position++;
        }

        _atLineStart = _text[_position - 1] == '\n';
    }

    private void Emit(TokenKind kind, string text, int offset) => _tokens.Add(new Token(kind, text, offset));
}
