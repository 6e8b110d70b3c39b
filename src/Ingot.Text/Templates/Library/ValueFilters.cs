using System.Globalization;
using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Filters on single values and numbers.</summary>
internal static class ValueFilters
{
    public static TemplateValue Default(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(2, "default_value", "boolean");
        var replaced = input is UndefinedValue || (arguments.IsTrue(1, "boolean") && !input.IsTrue);
        return replaced ? arguments.Find(0, "default_value") ?? StringValue.Empty : input;
    }

    public static IntegerValue Length(TemplateValue input) => new(input switch
    {
        StringValue text => PythonCharacters.Count(text.Text),
        SequenceValue sequence => sequence.Items.Count,
        DictionaryValue dictionary => dictionary.Entries.Count,
        UndefinedValue => 0,
        _ => throw new TemplateFault($"a value of type '{input.TypeName}' has no length"),
    });

    public static TemplateValue ToInteger(TemplateValue input, CallArguments arguments)
    {
        var otherwise = arguments.Find(0, "default") ?? new IntegerValue(0);
        var numberBase = arguments.Size(1, "base", 10);
        if (numberBase is < 2 or > 36)
            throw new TemplateFault("the base of an integer must be from 2 to 36");
        if (Numbers.TryGetInteger(input, out var integer))
            return new IntegerValue(integer);
        var real = (input as FloatValue)?.Value;
        if (input is StringValue text)
        {
            arguments.Budget.Spend(text.Text.Length / 16);
            if (Numbers.TryParseInteger(text.Text, numberBase, out integer))
                return new IntegerValue(integer);
            real = Numbers.TryParseFloat(text.Text, out var parsed) ? parsed : null;
        }

        return real is { } number && Math.Abs(number) < long.MaxValue ? new IntegerValue((long)number) : otherwise;
    }

    public static TemplateValue ToFloat(TemplateValue input, CallArguments arguments)
    {
        if (Numbers.TryGetDouble(input, out var number) || (input is StringValue text && Numbers.TryParseFloat(text.Text, out number)))
            return new FloatValue(number);
        return arguments.Find(0, "default") ?? new FloatValue(0);
    }

    public static TemplateValue Absolute(TemplateValue input) => input switch
    {
        FloatValue real => new FloatValue(Math.Abs(real.Value)),
        _ when Numbers.TryGetInteger(input, out var integer) && integer != long.MinValue => new IntegerValue(Math.Abs(integer)),
        _ => throw new TemplateFault($"a value of type '{input.TypeName}' has no absolute value"),
    };

    public static TemplateValue Round(TemplateValue input, CallArguments arguments)
    {
        var precision = arguments.Size(0, "precision", 0);
        var method = arguments.FindText(1, "method")?.Text ?? "common";
        if (!Numbers.TryGetDouble(input, out var number))
            throw new TemplateFault($"a value of type '{input.TypeName}' cannot be rounded");
        if (precision is < -300 or > 300)
            throw new TemplateFault("the precision of a rounding must be from -300 to 300");
        var scale = Math.Pow(10, precision);
        var rounded = method switch
        {
            "common" when precision is >= 0 and <= 15 => RoundExactly(number, precision),
            "common" => Math.Round(number * scale, MidpointRounding.ToEven) / scale,
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw new TemplateFault("a rounding's method is 'common', 'ceil' or 'floor'"),
        };
        return input is FloatValue || method != "common" ? new FloatValue(rounded) : new IntegerValue((long)rounded);
    }

    /// <summary>2.675 is a little less than it looks, so it rounds down; only a true half goes to the even digit.</summary>
    private static double RoundExactly(double number, int precision)
    {
        const int MoreDigitsThanAHalfHas = 40;
        if (!double.IsFinite(number) || Math.Abs(number) >= 1e15)
            return number;
        var culture = CultureInfo.InvariantCulture;
        var exact = number.ToString("F" + (precision + MoreDigitsThanAHalfHas).ToString(culture), culture);
        var rest = exact.AsSpan(exact.Length - MoreDigitsThanAHalfHas);
        return rest[0] == '5' && rest[1..].TrimEnd('0').IsEmpty
            ? Math.Round(number, precision, MidpointRounding.ToEven)
            : double.Parse(number.ToString("F" + precision.ToString(culture), culture), culture);
    }
}
