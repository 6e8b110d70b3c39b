using System.Globalization;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Syntax;

/// <summary>Reads expressions, weakest operator first, with Jinja's precedence.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenReader _tokens;
    private readonly PostfixParser _postfix;

    public ExpressionParser(TokenReader tokens)
    {
        _tokens = tokens;
        _postfix = new PostfixParser(tokens, this);
    }

    /// <summary>An expression; a comma after it makes a tuple when <paramref name="allowTuple"/>.</summary>
    public Expression Parse(bool allowTuple = false, bool allowConditional = true)
    {
        _tokens.Enter();
        var expression = allowTuple ? ParseTuple(allowConditional) : ParseOne(allowConditional);
        _tokens.Leave();
        return expression;
    }

    /// <summary>The filters after a block's name: <c>{% filter upper|trim %}</c>.</summary>
    public Expression ParseFilterNames() => _postfix.ParseFilters(null, isFirstNamed: true)!;

    public Expression ParseFilters() => _postfix.ParseFilters(null, isFirstNamed: false)!;

    private Expression ParseOne(bool allowConditional) => allowConditional ? ParseConditional() : ParseOr();

    private Expression ParseTuple(bool allowConditional)
    {
        var offset = _tokens.Current.Offset;
        var first = ParseOne(allowConditional);
        if (!_tokens.Current.IsOperator(","))
            return first;
        var items = new List<Expression> { first };
        while (_tokens.TakeOperator(",") && !EndsTuple())
            items.Add(ParseOne(allowConditional));
        return new TupleLiteral(offset, items);
    }

    private bool EndsTuple() =>
        _tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd
        || _tokens.Current.IsOperator(")") || _tokens.Current.IsOperator("]");

    private Expression ParseConditional()
    {
        var expression = ParseOr();
        while (_tokens.Current.IsName("if"))
        {
            var offset = _tokens.Take().Offset;
            var condition = ParseOr();
            var otherwise = _tokens.TakeName("else") ? Parse() : null;
            expression = new Conditional(offset, condition, expression, otherwise);
        }

        return expression;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (_tokens.Current.IsName("or"))
            left = new Binary(_tokens.Take().Offset, BinaryOperator.Or, left, ParseAnd());
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (_tokens.Current.IsName("and"))
            left = new Binary(_tokens.Take().Offset, BinaryOperator.And, left, ParseNot());
        return left;
    }

    private Expression ParseNot()
    {
        if (!_tokens.Current.IsName("not"))
            return ParseComparison();
        _tokens.Enter();
        var negation = new Unary(_tokens.Take().Offset, UnaryOperator.Not, ParseNot());
        _tokens.Leave();
        return negation;
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        List<ComparisonPart>? parts = null;
        var offset = _tokens.Current.Offset;
        while (TakeComparison() is { } comparison)
            (parts ??= []).Add(new ComparisonPart(comparison, ParseSum()));
        return parts is null ? first : new Comparison(offset, first, parts);
    }

    private ComparisonOperator? TakeComparison()
    {
        var token = _tokens.Current;
        ComparisonOperator? comparison = (token.Kind, token.Text) switch
        {
            (TokenKind.Operator, "==") => ComparisonOperator.Equal,
            (TokenKind.Operator, "!=") => ComparisonOperator.NotEqual,
            (TokenKind.Operator, "<") => ComparisonOperator.Less,
            (TokenKind.Operator, "<=") => ComparisonOperator.LessOrEqual,
            (TokenKind.Operator, ">") => ComparisonOperator.Greater,
            (TokenKind.Operator, ">=") => ComparisonOperator.GreaterOrEqual,
            (TokenKind.Name, "in") => ComparisonOperator.In,
            (TokenKind.Name, "not") when _tokens.Following.IsName("in") => ComparisonOperator.NotIn,
            _ => null,
        };
        if (comparison is null)
            return null;
        _tokens.Take();
        if (comparison == ComparisonOperator.NotIn)
            _tokens.Take();
        return comparison;
    }

    private Expression ParseSum()
    {
        var left = ParseConcatenation();
        while (_tokens.Current.IsOperator("+") || _tokens.Current.IsOperator("-"))
        {
            var token = _tokens.Take();
            left = new Binary(token.Offset, token.Text == "+" ? BinaryOperator.Add : BinaryOperator.Subtract, left, ParseConcatenation());
        }

        return left;
    }

    private Expression ParseConcatenation()
    {
        var first = ParseProduct();
        if (!_tokens.Current.IsOperator("~"))
            return first;
        var offset = _tokens.Current.Offset;
        var parts = new List<Expression> { first };
        while (_tokens.TakeOperator("~"))
            parts.Add(ParseProduct());
        return new Concatenation(offset, parts);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        while (true)
        {
            BinaryOperator? product = _tokens.Current.Kind != TokenKind.Operator ? null : _tokens.Current.Text switch
            {
                "*" => BinaryOperator.Multiply,
                "/" => BinaryOperator.Divide,
                "//" => BinaryOperator.FloorDivide,
                "%" => BinaryOperator.Modulo,
                _ => null,
            };
            if (product is null)
                return left;
            left = new Binary(_tokens.Take().Offset, product.Value, left, ParsePower());
        }
    }

    private Expression ParsePower()
    {
        var left = ParseUnary(takesFilters: true);
        while (_tokens.Current.IsOperator("**"))
            left = new Binary(_tokens.Take().Offset, BinaryOperator.Power, left, ParseUnary(takesFilters: true));
        return left;
    }

    private Expression ParseUnary(bool takesFilters)
    {
        Expression expression;
        if (_tokens.Current.IsOperator("-") || _tokens.Current.IsOperator("+"))
        {
            _tokens.Enter();
            var token = _tokens.Take();
            expression = new Unary(token.Offset, token.Text == "-" ? UnaryOperator.Minus : UnaryOperator.Plus, ParseUnary(takesFilters: false));
            _tokens.Leave();
        }
        else
        {
            expression = ParsePrimary();
        }

        expression = _postfix.ParsePostfix(expression);
        return takesFilters ? _postfix.ParseFiltersAndTests(expression) : expression;
    }

    /// <summary>What has no operator in front: a name, a literal, something in brackets.</summary>
    public Expression ParsePrimary()
    {
        var token = _tokens.Take();
        return token.Kind switch
        {
            TokenKind.Name => ParseName(token),
            TokenKind.String => ParseString(token),
            TokenKind.Integer => new Constant(token.Offset, ParseInteger(token)),
            TokenKind.Float => new Constant(token.Offset, new FloatValue(
                double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture))),
            TokenKind.Operator when token.Text == "(" => ParseParenthesis(token),
            TokenKind.Operator when token.Text == "[" => new ListLiteral(token.Offset, ParseItems("]")),
            TokenKind.Operator when token.Text == "{" => ParseDictionary(token),
            _ => throw _tokens.Error(token.Offset, "expected a value here"),
        };
    }

    private static Expression ParseName(Token token) => token.Text switch
    {
        "true" or "True" => new Constant(token.Offset, BooleanValue.True),
        "false" or "False" => new Constant(token.Offset, BooleanValue.False),
        "none" or "None" => new Constant(token.Offset, TemplateValue.None),
        _ => new Variable(token.Offset, token.Text),
    };

    private Constant ParseString(Token token)
    {
        var text = token.Text;
        while (_tokens.Current.Kind == TokenKind.String)
            text += _tokens.Take().Text;
        return new Constant(token.Offset, StringValue.Own(text));
    }

    private IntegerValue ParseInteger(Token token)
    {
        var numberBase = token.Text.Length < 2 ? 10 : (token.Text[1] | 0x20) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
        if (!Numbers.TryParseInteger(token.Text.Replace("_", "", StringComparison.Ordinal), numberBase, out var value))
            throw _tokens.Error(token.Offset, $"'{token.Text}' is not an integer of 64 bits");
        return new IntegerValue(value);
    }

    private Expression ParseParenthesis(Token open)
    {
        if (_tokens.TakeOperator(")"))
            return new TupleLiteral(open.Offset, []);
        var expression = Parse(allowTuple: true);
        _tokens.ExpectOperator(")");
        return expression;
    }

    private List<Expression> ParseItems(string close)
    {
        var items = new List<Expression>();
        while (!_tokens.TakeOperator(close))
        {
            if (items.Count > 0)
            {
                _tokens.ExpectOperator(",");
                if (_tokens.TakeOperator(close))
                    break;
            }

            items.Add(Parse());
        }

        return items;
    }

    private DictionaryLiteral ParseDictionary(Token open)
    {
        var entries = new List<KeyValuePair<Expression, Expression>>();
        while (!_tokens.TakeOperator("}"))
        {
            if (entries.Count > 0)
            {
                _tokens.ExpectOperator(",");
                if (_tokens.TakeOperator("}"))
                    break;
            }

            var key = Parse();
            _tokens.ExpectOperator(":");
            entries.Add(new(key, Parse()));
        }

        return new DictionaryLiteral(open.Offset, entries);
    }
}
