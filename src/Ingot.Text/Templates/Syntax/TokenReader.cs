using Ingot.Errors;

namespace Ingot.Text.Templates.Syntax;

/// <summary>Walks the tokens of a template, and bounds how deeply what it reads is nested.</summary>
internal sealed class TokenReader(SourceText source, List<Token> tokens, TemplateLimits limits)
{
    private int _position;
    private int _nesting;

    public Token Current => tokens[_position];

    public Token Following => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public int Position => _position;

    public Token Take()
    {
        var token = tokens[_position];
        if (_position + 1 < tokens.Count)
            _position++;
        return token;
    }

    public bool TakeOperator(string text)
    {
        var found = Current.IsOperator(text);
        if (found)
            Take();
        return found;
    }

    public bool TakeName(string text)
    {
        var found = Current.IsName(text);
        if (found)
            Take();
        return found;
    }

    public Token Expect(TokenKind kind, string what)
    {
        if (Current.Kind != kind)
            throw Unexpected(what);
        return Take();
    }

    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text))
            throw Unexpected($"'{text}'");
    }

    public void ExpectName(string text)
    {
        if (!TakeName(text))
            throw Unexpected($"'{text}'");
    }

    public void Enter()
    {
        if (++_nesting > limits.MaximumNesting)
            throw Error(Current.Offset, $"the template is nested deeper than {limits.MaximumNesting} levels");
    }

    public void Leave() => _nesting--;

    /// <summary>Whether any token since <paramref name="from"/> is this name.</summary>
    public bool MentionedSince(int from, string name)
    {
        for (var i = from; i < _position; i++)
        {
            if (tokens[i].IsName(name))
                return true;
        }

        return false;
    }

    public IngotException Unexpected(string wanted) => Error(Current.Offset, $"expected {wanted}, found {Describe(Current)}");

    public IngotException Error(int offset, string message) => source.SyntaxError(offset, message);

    private static string Describe(Token token) => token.Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.VariableEnd => "'}}'",
        TokenKind.BlockEnd => "'%}'",
        TokenKind.Text => "text",
        TokenKind.String => "a string",
        _ => $"'{token.Text}'",
    };
}
