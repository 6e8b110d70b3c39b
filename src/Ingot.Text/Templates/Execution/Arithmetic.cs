using Ingot.Text.Templates.Library;
using Ingot.Text.Templates.Syntax;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>Python's arithmetic, on integers of 64 bits; one that does not fit is an error.</summary>
internal static class Arithmetic
{
    public static TemplateValue Apply(BinaryOperator operation, TemplateValue left, TemplateValue right, Interpreter interpreter)
    {
        if (Numbers.TryGetInteger(left, out var a) && Numbers.TryGetInteger(right, out var b))
            return ApplyToIntegers(operation, a, b);
        if (Numbers.TryGetDouble(left, out var x) && Numbers.TryGetDouble(right, out var y))
            return new FloatValue(ApplyToFloats(operation, x, y));
        var budget = interpreter.Budget;
        return (operation, left, right) switch
        {
            (BinaryOperator.Add, StringValue s, StringValue t) => Concatenate(s, t, budget),
            (BinaryOperator.Add, ListValue s, ListValue t) => new ListValue(Concatenate(s, t, budget)),
            (BinaryOperator.Add, TupleValue s, TupleValue t) => new TupleValue(Concatenate(s, t, budget)),
            (BinaryOperator.Modulo, StringValue s, _) => PercentFormat.Format(s, right, budget),
            (BinaryOperator.Multiply, StringValue or SequenceValue, _) when Numbers.TryGetInteger(right, out var n) => Repeat(left, n, budget),
            (BinaryOperator.Multiply, _, StringValue or SequenceValue) when Numbers.TryGetInteger(left, out var n) => Repeat(right, n, budget),
            (_, UndefinedValue undefined, _) => throw new TemplateFault(undefined.Reason),
            (_, _, UndefinedValue undefined) => throw new TemplateFault(undefined.Reason),
            _ => throw new TemplateFault($"'{Symbol(operation)}' cannot be applied to values of types '{left.TypeName}' and '{right.TypeName}'"),
        };
    }

    public static TemplateValue ApplySign(UnaryOperator sign, TemplateValue operand)
    {
        if (operand is FloatValue real)
            return sign == UnaryOperator.Minus ? new FloatValue(-real.Value) : real;
        if (operand is UndefinedValue undefined)
            throw new TemplateFault(undefined.Reason);
        if (!Numbers.TryGetInteger(operand, out var integer) || (sign == UnaryOperator.Minus && integer == long.MinValue))
            throw new TemplateFault($"a sign cannot stand before a value of type '{operand.TypeName}'");
        return new IntegerValue(sign == UnaryOperator.Minus ? -integer : integer);
    }

    private static TemplateValue ApplyToIntegers(BinaryOperator operation, long a, long b)
    {
        if (b == 0 && operation is BinaryOperator.Divide or BinaryOperator.FloorDivide or BinaryOperator.Modulo)
            throw new TemplateFault("division by zero");
        if (operation == BinaryOperator.Divide)
            return new FloatValue((double)a / b);
        if (operation == BinaryOperator.Power && b < 0)
            return new FloatValue(Power((double)a, b));
        try
        {
            return new IntegerValue(checked(operation switch
            {
                BinaryOperator.Add => a + b,
                BinaryOperator.Subtract => a - b,
                BinaryOperator.Multiply => a * b,
                BinaryOperator.FloorDivide => FloorDivide(a, b),
                BinaryOperator.Modulo => b == -1 ? 0 : FloorModulo(a, b),
                _ => Power(a, b),
            }));
        }
        catch (OverflowException)
        {
            throw new TemplateFault("an integer became larger than 64 bits");
        }
    }

    private static long FloorModulo(long a, long b)
    {
        var remainder = a % b;
        return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
    }

    private static long FloorDivide(long a, long b)
    {
        var quotient = checked(a / b);
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    private static long Power(long a, long exponent)
    {
        var result = 1L;
        var factor = a;
        while (true)
        {
            if ((exponent & 1) != 0)
                result = checked(result * factor);
            exponent >>= 1;
            if (exponent == 0)
                return result;
            factor = checked(factor * factor);
        }
    }

    private static double Power(double a, double exponent) => a == 0 && exponent < 0
        ? throw new TemplateFault("zero cannot be raised to a negative power")
        : Math.Pow(a, exponent);

    private static double ApplyToFloats(BinaryOperator operation, double x, double y)
    {
        if (y == 0 && operation is BinaryOperator.Divide or BinaryOperator.FloorDivide or BinaryOperator.Modulo)
            throw new TemplateFault("division by zero");
        return operation switch
        {
            BinaryOperator.Add => x + y,
            BinaryOperator.Subtract => x - y,
            BinaryOperator.Multiply => x * y,
            BinaryOperator.Divide => x / y,
            BinaryOperator.FloorDivide => Math.Floor(x / y),
            BinaryOperator.Modulo => x - Math.Floor(x / y) * y,
            _ => Power(x, y),
        };
    }

    private static StringValue Concatenate(StringValue left, StringValue right, Budget budget)
    {
        if (left.Text.Length == 0)
            return right;
        if (right.Text.Length == 0)
            return left;
        var text = new TextBuilder(budget);
        text.Append(left);
        text.Append(right);
        return text.ToValue();
    }

    private static List<TemplateValue> Concatenate(SequenceValue left, SequenceValue right, Budget budget)
    {
        budget.Spend(left.Items.Count + (long)right.Items.Count);
        return [.. left.Items, .. right.Items];
    }

    private static TemplateValue Repeat(TemplateValue value, long count, Budget budget)
    {
        if (value is StringValue text)
        {
            var result = new TextBuilder(budget);
            for (long i = 0; i < count && text.Text.Length > 0; i++)
            {
                budget.Spend();
                result.Append(text);
            }

            return result.ToValue();
        }

        var items = new List<TemplateValue>();
        var source = ((SequenceValue)value).Items;
        for (long i = 0; i < count && source.Count > 0; i++)
        {
            budget.Spend(source.Count);
            items.AddRange(source);
        }

        return value is ListValue ? new ListValue(items) : new TupleValue(items);
    }

    private static string Symbol(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.FloorDivide => "//",
        BinaryOperator.Modulo => "%",
        _ => "**",
    };
}
