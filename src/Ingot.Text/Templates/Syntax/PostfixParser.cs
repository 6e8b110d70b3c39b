using System.Globalization;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Syntax;

/// <summary>Reads what follows a value: members, subscripts, calls, filters and tests.</summary>
internal sealed class PostfixParser(TokenReader tokens, ExpressionParser expressions)
{
    public Expression ParsePostfix(Expression target)
    {
        while (tokens.Current.Kind == TokenKind.Operator)
        {
            var token = tokens.Current;
            if (token.Text == ".")
                target = ParseMember(target);
            else if (token.Text == "[")
                target = ParseSubscript(target);
            else if (token.Text == "(")
                target = new Call(token.Offset, target, ParseArguments());
            else
                break;
        }

        return target;
    }

    public Expression ParseFiltersAndTests(Expression target)
    {
        while (true)
        {
            if (tokens.Current.IsOperator("|"))
                target = ParseFilters(target, isFirstNamed: false)!;
            else if (tokens.Current.IsName("is"))
                target = ParseTest(target);
            else if (tokens.Current.IsOperator("("))
                target = new Call(tokens.Current.Offset, target, ParseArguments());
            else
                return target;
        }
    }

    public Expression? ParseFilters(Expression? target, bool isFirstNamed)
    {
        while (isFirstNamed || tokens.TakeOperator("|"))
        {
            isFirstNamed = false;
            var name = tokens.Expect(TokenKind.Name, "the name of a filter");
            var arguments = tokens.Current.IsOperator("(") ? ParseArguments() : Arguments.None;
            target = new Filter(name.Offset, target, name.Text, arguments);
        }

        return target;
    }

    public Arguments ParseArguments()
    {
        tokens.ExpectOperator("(");
        if (tokens.TakeOperator(")"))
            return Arguments.None;
        var positional = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        Expression? morePositional = null, moreNamed = null;
        do
        {
            if (tokens.Current.IsOperator(")"))
                break;
            var offset = tokens.Current.Offset;
            if (tokens.TakeOperator("**"))
                moreNamed = expressions.Parse();
            else if (tokens.TakeOperator("*"))
                morePositional = expressions.Parse();
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Following.IsOperator("="))
                named.Add(new(TakeArgumentName(), expressions.Parse()));
            else if (named.Count > 0 || moreNamed is not null)
                throw tokens.Error(offset, "an argument without a name follows one with a name");
            else
                positional.Add(expressions.Parse());
        }
        while (tokens.TakeOperator(","));
        tokens.ExpectOperator(")");
        return new Arguments(positional, named, morePositional, moreNamed);
    }

    private string TakeArgumentName()
    {
        var name = tokens.Take().Text;
        tokens.Take();
        return name;
    }

    private Expression ParseMember(Expression target)
    {
        var offset = tokens.Take().Offset;
        var name = tokens.Take();
        return name.Kind switch
        {
            TokenKind.Name => new Member(offset, target, StringValue.Own(name.Text)),
            TokenKind.Integer when long.TryParse(name.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
                new Subscript(offset, target, new Constant(name.Offset, new IntegerValue(index))),
            _ => throw tokens.Error(name.Offset, "expected a name after '.'"),
        };
    }

    private Expression ParseSubscript(Expression target)
    {
        var offset = tokens.Take().Offset;
        Expression? start = null, stop = null, step = null;
        if (!tokens.Current.IsOperator(":"))
        {
            start = expressions.Parse(allowTuple: true);
            if (tokens.TakeOperator("]"))
                return new Subscript(offset, target, start);
        }

        tokens.ExpectOperator(":");
        if (!tokens.Current.IsOperator(":") && !tokens.Current.IsOperator("]"))
            stop = expressions.Parse();
        if (tokens.TakeOperator(":") && !tokens.Current.IsOperator("]"))
            step = expressions.Parse();
        tokens.ExpectOperator("]");
        return new Slice(offset, target, start, stop, step);
    }

    private Test ParseTest(Expression target)
    {
        var offset = tokens.Take().Offset;
        var isNegated = tokens.TakeName("not");
        var name = tokens.Expect(TokenKind.Name, "the name of a test");
        var arguments = Arguments.None;
        if (tokens.Current.IsOperator("("))
            arguments = ParseArguments();
        else if (TakesOperand())
            arguments = new Arguments([ParsePostfix(expressions.ParsePrimary())], [], null, null);
        return new Test(offset, target, name.Text, arguments, isNegated);
    }

    /// <summary>Whether a test's one argument follows without parentheses: <c>x is divisibleby 3</c>.</summary>
    private bool TakesOperand() => tokens.Current.Kind switch
    {
        TokenKind.Name => tokens.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not" or "recursive"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Operator => tokens.Current.Text is "[" or "{",
        _ => false,
    };
}
