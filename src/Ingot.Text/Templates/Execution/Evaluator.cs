using Ingot.Text.Templates.Library;
using Ingot.Text.Templates.Syntax;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>Computes the values of expressions.</summary>
internal sealed class Evaluator(Interpreter interpreter)
{
    private readonly Budget _budget = interpreter.Budget;

    public TemplateValue Evaluate(Expression expression, Scope scope)
    {
        if (expression is Constant constant)
            return constant.Value;
        _budget.Spend();
        if (expression is Variable variable)
            return Lookup(variable, scope);
        _budget.Enter();
        var value = EvaluateNested(expression, scope);
        _budget.Leave();
        return value;
    }

    public TemplateValue EvaluateCall(Call call, Scope scope, TemplateValue? caller)
    {
        var target = Evaluate(call.Target, scope);
        var arguments = EvaluateArguments(call.Arguments, scope, caller);
        interpreter.Offset = call.Offset;
        return target switch
        {
            CallableValue callable => callable.Call(arguments),
            UndefinedValue undefined => throw new TemplateFault(undefined.Reason),
            _ => throw new TemplateFault($"a value of type '{target.TypeName}' cannot be called"),
        };
    }

    /// <summary>Filters written without a target, applied to a block's text.</summary>
    public TemplateValue ApplyFilters(Expression filters, TemplateValue text, Scope scope)
    {
        if (filters is not Filter filter)
            return text;
        _budget.Enter();
        var input = filter.Target is null ? text : ApplyFilters(filter.Target, text, scope);
        var result = ApplyFilter(filter, input, scope);
        _budget.Leave();
        return result;
    }

    private TemplateValue EvaluateNested(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case Member member:
                var owner = Evaluate(member.Target, scope);
                interpreter.Offset = member.Offset;
                return Members.GetMember(owner, (StringValue)member.Name);
            case Subscript subscript:
                var target = Evaluate(subscript.Target, scope);
                var index = Evaluate(subscript.Index, scope);
                interpreter.Offset = subscript.Offset;
                return Members.GetItem(target, index);
            case Binary binary:
                return EvaluateBinary(binary, scope);
            case Comparison comparison:
                return EvaluateComparison(comparison, scope);
            case Test test:
                return EvaluateTest(test, scope);
            case Filter filter:
                return ApplyFilter(filter, Evaluate(filter.Target!, scope), scope);
            case Call call:
                return EvaluateCall(call, scope, caller: null);
            case Unary unary:
                return EvaluateUnary(unary, scope);
            case Conditional conditional:
                return Evaluate(conditional.Condition, scope).IsTrue ? Evaluate(conditional.Then, scope)
                    : conditional.Otherwise is null ? TemplateValue.Undefined : Evaluate(conditional.Otherwise, scope);
            case Concatenation concatenation:
                return Concatenate(concatenation, scope);
            case Slice slice:
                return EvaluateSlice(slice, scope);
            default:
                return EvaluateLiteral(expression, scope);
        }
    }

    private TemplateValue EvaluateLiteral(Expression expression, Scope scope)
    {
        if (expression is ListLiteral list)
            return new ListValue(EvaluateAll(list.Items, scope));
        if (expression is TupleLiteral tuple)
            return new TupleValue(EvaluateAll(tuple.Items, scope));
        var dictionary = new DictionaryValue();
        foreach (var (key, value) in ((DictionaryLiteral)expression).Entries)
            dictionary.Set(Evaluate(key, scope), Evaluate(value, scope));
        return dictionary;
    }

    private static TemplateValue Lookup(Variable variable, Scope scope) =>
        scope.Find(variable.Name) ?? Globals.Find(variable.Name) ?? new UndefinedValue($"'{variable.Name}' is undefined");

    private TemplateValue EvaluateBinary(Binary binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        if (binary.Operator is BinaryOperator.And or BinaryOperator.Or)
            return left.IsTrue == (binary.Operator == BinaryOperator.Or) ? left : Evaluate(binary.Right, scope);
        var right = Evaluate(binary.Right, scope);
        interpreter.Offset = binary.Offset;
        return Arithmetic.Apply(binary.Operator, left, right, interpreter);
    }

    private TemplateValue EvaluateUnary(Unary unary, Scope scope)
    {
        var operand = Evaluate(unary.Operand, scope);
        interpreter.Offset = unary.Offset;
        return unary.Operator == UnaryOperator.Not
            ? TemplateValue.From(!operand.IsTrue)
            : Arithmetic.ApplySign(unary.Operator, operand);
    }

    private BooleanValue EvaluateComparison(Comparison comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var part in comparison.Parts)
        {
            var right = Evaluate(part.Operand, scope);
            interpreter.Offset = comparison.Offset;
            if (!Compare(part.Operator, left, right))
                return BooleanValue.False;
            left = right;
        }

        return BooleanValue.True;
    }

    private bool Compare(ComparisonOperator comparison, TemplateValue left, TemplateValue right) => comparison switch
    {
        ComparisonOperator.Equal => Ordering.AreEqual(left, right, _budget),
        ComparisonOperator.NotEqual => !Ordering.AreEqual(left, right, _budget),
        ComparisonOperator.Less => Ordering.Compare(left, right, _budget) < 0,
        ComparisonOperator.LessOrEqual => Ordering.Compare(left, right, _budget) <= 0,
        ComparisonOperator.Greater => Ordering.Compare(left, right, _budget) > 0,
        ComparisonOperator.GreaterOrEqual => Ordering.Compare(left, right, _budget) >= 0,
        ComparisonOperator.In => Members.Contains(right, left, _budget),
        _ => !Members.Contains(right, left, _budget),
    };

    private BooleanValue EvaluateTest(Test test, Scope scope)
    {
        var target = Evaluate(test.Target, scope);
        var arguments = EvaluateArguments(test.Arguments, scope, caller: null);
        interpreter.Offset = test.Offset;
        return Tests.Apply(test.Name, target, arguments) != test.IsNegated ? BooleanValue.True : BooleanValue.False;
    }

    private TemplateValue ApplyFilter(Filter filter, TemplateValue input, Scope scope)
    {
        var arguments = EvaluateArguments(filter.Arguments, scope, caller: null);
        interpreter.Offset = filter.Offset;
        return Filters.Apply(filter.Name, input, arguments);
    }

    private StringValue Concatenate(Concatenation concatenation, Scope scope)
    {
        var text = new TextBuilder(_budget);
        foreach (var part in concatenation.Parts)
            text.Append(PythonText.Str(Evaluate(part, scope), _budget));
        return text.ToValue();
    }

    private TemplateValue EvaluateSlice(Slice slice, Scope scope)
    {
        var target = Evaluate(slice.Target, scope);
        var start = Bound(slice.Start, scope);
        var stop = Bound(slice.Stop, scope);
        var step = Bound(slice.Step, scope) ?? 1;
        interpreter.Offset = slice.Offset;
        return Slicing.Slice(target, start, stop, step, _budget);
    }

    private long? Bound(Expression? expression, Scope scope)
    {
        var value = expression is null ? TemplateValue.None : Evaluate(expression, scope);
        if (value is NoneValue)
            return null;
        interpreter.Offset = expression!.Offset;
        return Numbers.TryGetInteger(value, out var bound)
            ? bound
            : throw new TemplateFault($"a slice's bounds must be integers, not of type '{value.TypeName}'");
    }

    private List<TemplateValue> EvaluateAll(IReadOnlyList<Expression> expressions, Scope scope)
    {
        var values = new List<TemplateValue>(expressions.Count);
        foreach (var expression in expressions)
            values.Add(Evaluate(expression, scope));
        return values;
    }

    private CallArguments EvaluateArguments(Arguments arguments, Scope scope, TemplateValue? caller)
    {
        if (ReferenceEquals(arguments, Arguments.None) && caller is null)
            return new CallArguments(interpreter, [], []);
        var positional = EvaluateAll(arguments.Positional, scope);
        if (arguments.MorePositional is not null)
            positional.AddRange(Iteration.Copy(Evaluate(arguments.MorePositional, scope), _budget));
        var named = new List<KeyValuePair<string, TemplateValue>>(arguments.Named.Count);
        foreach (var (name, value) in arguments.Named)
            named.Add(new(name, Evaluate(value, scope)));
        if (arguments.MoreNamed is not null)
            AddNamed(Evaluate(arguments.MoreNamed, scope), named);
        if (caller is not null)
            named.Add(new("caller", caller));
        return new CallArguments(interpreter, positional, named);
    }

    private void AddNamed(TemplateValue value, List<KeyValuePair<string, TemplateValue>> named)
    {
        if (value is not DictionaryValue dictionary)
            throw new TemplateFault($"'**' needs a dictionary, not a value of type '{value.TypeName}'");
        _budget.Spend(dictionary.Entries.Count);
        foreach (var (key, item) in dictionary.Entries)
            named.Add(new(PythonText.Str(key, _budget).Text, item));
    }
}
