namespace Ingot.Text.Templates.Syntax;

/// <summary>A part of an expression; <paramref name="Offset"/> is where it stands in the source.</summary>
internal abstract record Expression(int Offset);

internal sealed record Constant(int Offset, TemplateValue Value) : Expression(Offset);

internal sealed record Variable(int Offset, string Name) : Expression(Offset);

internal sealed record ListLiteral(int Offset, IReadOnlyList<Expression> Items) : Expression(Offset);

internal sealed record TupleLiteral(int Offset, IReadOnlyList<Expression> Items) : Expression(Offset);

internal sealed record DictionaryLiteral(int Offset, IReadOnlyList<KeyValuePair<Expression, Expression>> Entries) : Expression(Offset);

/// <summary><c>value.name</c>: a method or member first, then an entry.</summary>
internal sealed record Member(int Offset, Expression Target, TemplateValue Name) : Expression(Offset);

/// <summary><c>value[index]</c>: an entry first, then a method or member.</summary>
internal sealed record Subscript(int Offset, Expression Target, Expression Index) : Expression(Offset);

internal sealed record Slice(int Offset, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Offset);

internal sealed record Call(int Offset, Expression Target, Arguments Arguments) : Expression(Offset);

/// <summary>A filter; without a target it applies to the text of the block it stands at.</summary>
internal sealed record Filter(int Offset, Expression? Target, string Name, Arguments Arguments) : Expression(Offset);

internal sealed record Test(int Offset, Expression Target, string Name, Arguments Arguments, bool IsNegated) : Expression(Offset);

internal sealed record Unary(int Offset, UnaryOperator Operator, Expression Operand) : Expression(Offset);

internal sealed record Binary(int Offset, BinaryOperator Operator, Expression Left, Expression Right) : Expression(Offset);

/// <summary><c>a ~ b ~ c</c>, flat because templates write long ones.</summary>
internal sealed record Concatenation(int Offset, IReadOnlyList<Expression> Parts) : Expression(Offset);

/// <summary><c>a &lt; b &lt;= c</c>: every neighbour compared, each operand evaluated once.</summary>
internal sealed record Comparison(int Offset, Expression First, IReadOnlyList<ComparisonPart> Parts) : Expression(Offset);

internal sealed record ComparisonPart(ComparisonOperator Operator, Expression Operand);

internal sealed record Conditional(int Offset, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Offset);

/// <summary>What stands between a call's parentheses.</summary>
internal sealed record Arguments(
    IReadOnlyList<Expression> Positional,
    IReadOnlyList<KeyValuePair<string, Expression>> Named,
    Expression? MorePositional,
    Expression? MoreNamed)
{
    public static readonly Arguments None = new([], [], null, null);
}

internal enum UnaryOperator
{
    Not,
    Minus,
    Plus,
}

internal enum BinaryOperator
{
    And,
    Or,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

internal enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}
