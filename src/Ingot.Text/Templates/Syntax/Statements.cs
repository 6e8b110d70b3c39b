namespace Ingot.Text.Templates.Syntax;

/// <summary>A part of a template; <paramref name="Offset"/> is where it stands in the source.</summary>
internal abstract record Statement(int Offset);

internal sealed record TextOutput(int Offset, string Text) : Statement(Offset);

internal sealed record ValueOutput(int Offset, Expression Value) : Statement(Offset);

internal sealed record If(int Offset, IReadOnlyList<IfBranch> Branches, IReadOnlyList<Statement> Otherwise) : Statement(Offset);

internal sealed record IfBranch(Expression Condition, IReadOnlyList<Statement> Body);

internal sealed record For(
    int Offset,
    Target Target,
    Expression Items,
    Expression? Condition,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Otherwise,
    bool IsRecursive) : Statement(Offset);

internal sealed record LoopControl(int Offset, bool IsBreak) : Statement(Offset);

internal sealed record Set(int Offset, Target Target, Expression Value) : Statement(Offset);

/// <summary><c>{% set name %}text{% endset %}</c>, and the filters named after the target.</summary>
internal sealed record SetBlock(int Offset, Target Target, Expression? Filters, IReadOnlyList<Statement> Body) : Statement(Offset);

internal sealed record With(int Offset, IReadOnlyList<KeyValuePair<Target, Expression>> Values, IReadOnlyList<Statement> Body) : Statement(Offset);

internal sealed record FilterBlock(int Offset, Expression Filters, IReadOnlyList<Statement> Body) : Statement(Offset);

/// <summary>A block that only has its own scope, like <c>generation</c>.</summary>
internal sealed record ScopeBlock(int Offset, IReadOnlyList<Statement> Body) : Statement(Offset);

internal sealed record MacroStatement(int Offset, MacroDefinition Definition) : Statement(Offset);

internal sealed record CallBlock(int Offset, Call Call, MacroDefinition Caller) : Statement(Offset);

/// <summary>A macro as written, and which of the optional collectors its body mentions.</summary>
internal sealed record MacroDefinition(
    string Name,
    IReadOnlyList<Parameter> Parameters,
    IReadOnlyList<Statement> Body,
    bool TakesMorePositional,
    bool TakesMoreNamed,
    bool TakesCaller);

internal sealed record Parameter(string Name, Expression? Default);

/// <summary>What can be assigned to.</summary>
internal abstract record Target(int Offset);

internal sealed record NameTarget(int Offset, string Name) : Target(Offset);

internal sealed record MemberTarget(int Offset, string Name, string Member) : Target(Offset);

internal sealed record TupleTarget(int Offset, IReadOnlyList<Target> Items) : Target(Offset);
