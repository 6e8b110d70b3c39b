using System.Globalization;
using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>How one value is to be printed by a format: <c>[[fill]align][sign][0][width][,][.precision][type]</c>.</summary>
internal sealed record FormatSpec
{
    private const int WidestField = 10_000;
    private const int MostDigits = 100;

    public char Fill { get; init; } = ' ';

    public char Align { get; init; }

    public char Sign { get; init; } = '-';

    public bool HasThousands { get; init; }

    public int Width { get; init; }

    public int? Precision { get; init; }

    public char Type { get; init; }

    /// <summary>Reads what stands after the colon in <c>{:...}</c>.</summary>
    public static FormatSpec Parse(string text)
    {
        var spec = new FormatSpec();
        var i = 0;
        if (text.Length > 1 && text[1] is '<' or '>' or '^' or '=')
            (spec, i) = (spec with { Fill = text[0], Align = text[1] }, 2);
        else if (text.Length > 0 && text[0] is '<' or '>' or '^' or '=')
            (spec, i) = (spec with { Align = text[0] }, 1);
        if (i < text.Length && text[i] is '+' or '-' or ' ')
            spec = spec with { Sign = text[i++] };
        if (i < text.Length && text[i] == '0')
        {
            spec = spec with { Fill = '0', Align = spec.Align == '\0' ? '=' : spec.Align };
            i++;
        }

        spec = spec with { Width = ReadNumber(text, ref i, WidestField) ?? 0 };
        if (i < text.Length && text[i] == ',')
            (spec, i) = (spec with { HasThousands = true }, i + 1);
        if (i < text.Length && text[i] == '.')
        {
            i++;
            spec = spec with { Precision = ReadNumber(text, ref i, WidestField) ?? throw new TemplateFault("a format's precision is missing") };
        }

        if (i < text.Length)
            spec = spec with { Type = text[i++] };
        return i == text.Length ? spec : throw new TemplateFault($"the format '{text}' is not understood");
    }

    public static int? ReadNumber(string text, ref int i, int highest)
    {
        var start = i;
        var number = 0;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
        {
            number = number * 10 + (text[i] - '0');
            if (number > highest)
                throw new TemplateFault($"a format's width or precision is larger than {highest}");
        }

        return i > start ? number : null;
    }

    /// <summary>Writes a value; a string keeps for each character where it came from.</summary>
    public void Write(TemplateValue value, TextBuilder target, Budget budget)
    {
        if (Type is '\0' or 's' && !(value is IntegerValue or FloatValue && Type == '\0'))
        {
            var text = PythonText.Str(value, budget);
            if (Precision is { } longest && PythonCharacters.Count(text.Text) > longest)
                text = (StringValue)Slicing.Slice(text, 0, longest, 1, budget);
            WritePadded(text, Align is '\0' or '=' ? '<' : Align, target);
            return;
        }

        var digits = Digits(value);
        var sign = digits.StartsWith('-') ? "-" : Sign == '-' ? "" : Sign.ToString();
        digits = digits.TrimStart('-');
        if (Align == '=')
            digits = digits.PadLeft(Math.Max(0, Width - sign.Length), Fill);
        WritePadded(StringValue.Own(sign + digits), Align is '\0' ? '>' : Align, target);
    }

    private string Digits(TemplateValue value)
    {
        if (Precision > MostDigits)
            throw new TemplateFault($"a number is printed with at most {MostDigits} digits");
        if (Numbers.TryGetInteger(value, out var integer) && Type is '\0' or 'd' or 'i' or 'u' or 'x' or 'X' or 'o' or 'b' or 'n')
            return IntegerDigits(integer);
        if (Numbers.TryGetDouble(value, out var real))
            return FloatDigits(real);
        throw new TemplateFault(value is UndefinedValue undefined ? undefined.Reason : $"the format '{Type}' needs a number, not a value of type '{value.TypeName}'");
    }

    private string IntegerDigits(long integer)
    {
        var magnitude = Int128.Abs(integer);
        var digits = Type switch
        {
            'x' => magnitude.ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
            'X' => magnitude.ToString("X", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
            'o' => Convert.ToString((long)magnitude, 8),
            'b' => Convert.ToString((long)magnitude, 2),
            _ => magnitude.ToString(HasThousands ? "N0" : "D", CultureInfo.InvariantCulture),
        };
        return integer < 0 ? "-" + digits : digits;
    }

    private string FloatDigits(double real)
    {
        var digits = (Precision ?? 6).ToString(CultureInfo.InvariantCulture);
        return Type switch
        {
            'f' or 'F' => real.ToString((HasThousands ? "N" : "F") + digits, CultureInfo.InvariantCulture),
            '%' => (real * 100).ToString("F" + digits, CultureInfo.InvariantCulture) + "%",
            'e' or 'E' => Exponent(real.ToString((char.ToUpperInvariant(Type) == 'E' ? Type : 'e') + digits, CultureInfo.InvariantCulture)),
            'd' or 'i' or 'u' => Math.Truncate(real).ToString("F0", CultureInfo.InvariantCulture),
            '\0' when Precision is null => Numbers.Print(real),
            '\0' or 'g' or 'G' => General(real),
            _ => throw new TemplateFault($"the format '{Type}' is not understood"),
        };
    }

    private string General(double real)
    {
        var precision = Math.Max(1, Precision ?? 6);
        var text = real.ToString("G" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.Replace("E", "e", StringComparison.Ordinal);
    }

    /// <summary>.NET writes three digits of exponent, Python two.</summary>
    private static string Exponent(string text)
    {
        var at = text.IndexOfAny(['e', 'E']);
        return at < 0 || text[at + 2] != '0' ? text : text[..(at + 2)] + text[(at + 3)..];
    }

    private void WritePadded(StringValue text, char align, TextBuilder target)
    {
        var missing = Math.Max(0, Width - PythonCharacters.Count(text.Text));
        var left = align switch { '<' => 0, '^' => missing / 2, _ => missing };
        target.Append(new string(Fill, left));
        target.Append(text);
        target.Append(new string(Fill, missing - left));
    }
}
