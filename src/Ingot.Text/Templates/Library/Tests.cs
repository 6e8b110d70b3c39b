using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>What may follow <c>is</c>.</summary>
internal static class Tests
{
    public static bool Apply(string name, TemplateValue value, CallArguments arguments) => name switch
    {
        "defined" => value is not UndefinedValue,
        "undefined" => value is UndefinedValue,
        "none" => value is NoneValue,
        "string" => value is StringValue,
        "mapping" => value is DictionaryValue,
        "iterable" => Iteration.CanIterate(value),
        "sequence" => value is SequenceValue or DictionaryValue or StringValue or UndefinedValue,
        "number" => value is IntegerValue or FloatValue or BooleanValue,
        "integer" => value is IntegerValue,
        "float" => value is FloatValue,
        "boolean" => value is BooleanValue,
        "true" => ReferenceEquals(value, BooleanValue.True),
        "false" => ReferenceEquals(value, BooleanValue.False),
        "callable" => value is CallableValue or UndefinedValue,
        "escaped" => false,
        "odd" => Remainder(value, 2) == 1,
        "even" => Remainder(value, 2) == 0,
        "divisibleby" => IsDivisible(value, arguments.Require(0, "num")),
        "lower" => TextCase.IsLower(PythonText.Str(value, arguments.Budget).Text),
        "upper" => TextCase.IsUpper(PythonText.Str(value, arguments.Budget).Text),
        "sameas" => IsSame(value, arguments.Require(0, "other")),
        "in" => Members.Contains(arguments.Require(0, "seq"), value, arguments.Budget),
        "eq" or "equalto" => Ordering.AreEqual(value, arguments.Require(0, "other"), arguments.Budget),
        "ne" => !Ordering.AreEqual(value, arguments.Require(0, "other"), arguments.Budget),
        "lt" or "lessthan" => Compare(value, arguments) < 0,
        "le" => Compare(value, arguments) <= 0,
        "gt" or "greaterthan" => Compare(value, arguments) > 0,
        "ge" => Compare(value, arguments) >= 0,
        "filter" => value is StringValue text && Filters.IsKnown(text.Text),
        _ => ApplySymbol(name, value, arguments),
    };

    /// <summary>Filters like <c>select</c> take a test's sign as well as its name.</summary>
    private static bool ApplySymbol(string name, TemplateValue value, CallArguments arguments) => name switch
    {
        "==" => Ordering.AreEqual(value, arguments.Require(0, "other"), arguments.Budget),
        "!=" => !Ordering.AreEqual(value, arguments.Require(0, "other"), arguments.Budget),
        "<" => Compare(value, arguments) < 0,
        "<=" => Compare(value, arguments) <= 0,
        ">" => Compare(value, arguments) > 0,
        ">=" => Compare(value, arguments) >= 0,
        _ => throw new TemplateFault($"there is no test named '{name}'"),
    };

    private static int Compare(TemplateValue value, CallArguments arguments) =>
        Ordering.Compare(value, arguments.Require(0, "other"), arguments.Budget);

    private static double Remainder(TemplateValue value, double divisor)
    {
        if (value is UndefinedValue undefined)
            throw new TemplateFault(undefined.Reason);
        if (!Numbers.TryGetDouble(value, out var number))
            throw new TemplateFault($"a value of type '{value.TypeName}' is neither odd nor even");
        return number - Math.Floor(number / divisor) * divisor;
    }

    private static bool IsDivisible(TemplateValue value, TemplateValue divisor)
    {
        if (!Numbers.TryGetInteger(value, out var number) || !Numbers.TryGetInteger(divisor, out var by) || by == 0)
            throw new TemplateFault("'divisibleby' needs two integers, the second not zero");
        return by == -1 || number % by == 0;
    }

    private static bool IsSame(TemplateValue value, TemplateValue other) => (value, other) switch
    {
        (UndefinedValue, UndefinedValue) or (NoneValue, NoneValue) => true,
        (IntegerValue a, IntegerValue b) => a.Value == b.Value,
        (StringValue a, StringValue b) => a.Text == b.Text,
        _ => ReferenceEquals(value, other),
    };
}
