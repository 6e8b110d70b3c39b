using System.Globalization;
using System.Numerics;

namespace Ingot.Text.Templates.Values;

/// <summary>Python's numbers: booleans are integers, and numbers print as Python prints them.</summary>
internal static class Numbers
{
    public static bool TryGetInteger(TemplateValue value, out long integer)
    {
        (var found, integer) = value switch
        {
            IntegerValue number => (true, number.Value),
            BooleanValue boolean => (true, boolean.IsTrue ? 1 : 0),
            _ => (false, 0),
        };
        return found;
    }

    public static bool TryGetDouble(TemplateValue value, out double number)
    {
        if (value is FloatValue real)
        {
            number = real.Value;
            return true;
        }

        var found = TryGetInteger(value, out var integer);
        number = integer;
        return found;
    }

    public static bool AreEqual(TemplateValue x, TemplateValue y, double a, double b) =>
        TryGetInteger(x, out var i) && TryGetInteger(y, out var j) ? i == j : a == b;

    public static string Print(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>As <c>repr</c>: shortest digits that read back equal, exponent below 1e-4 and from 1e16.</summary>
    public static string Print(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (value == 0)
            return shortest.StartsWith('-') ? "-0.0" : "0.0";
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = Digits(shortest);
        var sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1
            ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>As <c>int(text, base)</c>: surrounding space, a sign, single underscores between digits, a base's prefix.</summary>
    public static bool TryParseInteger(string text, int numberBase, out long value)
    {
        value = 0;
        var digits = PythonCharacters.Trim(text);
        var negative = digits.StartsWith('-');
        if (negative || digits.StartsWith('+'))
            digits = digits[1..];
        var prefix = numberBase switch { 16 => "0x", 8 => "0o", 2 => "0b", _ => "" };
        if (prefix.Length > 0 && digits.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        if (digits.Length is 0 or > 80 || digits[0] == '_' || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
            return false;
        var total = BigInteger.Zero;
        foreach (var character in digits)
        {
            if (character == '_')
                continue;
            var digit = char.IsAsciiDigit(character) ? character - '0' : char.IsAsciiLetter(character) ? (character | 0x20) - 'a' + 10 : 99;
            if (digit >= numberBase)
                return false;
            total = total * numberBase + digit;
        }

        total = negative ? -total : total;
        if (total < long.MinValue || total > long.MaxValue)
            return false;
        value = (long)total;
        return true;
    }

    public static bool TryParseFloat(string text, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var trimmed = PythonCharacters.Trim(text);
        if (double.TryParse(trimmed, Style, CultureInfo.InvariantCulture, out value) && trimmed.Length > 0 && !char.IsLetter(trimmed[^1]))
            return true;
        (var found, value) = trimmed.TrimStart('+').ToUpperInvariant() switch
        {
            "INF" or "INFINITY" => (true, double.PositiveInfinity),
            "-INF" or "-INFINITY" => (true, double.NegativeInfinity),
            "NAN" or "-NAN" => (true, double.NaN),
            _ => (false, 0),
        };
        return found;
    }

    private static string Digits(string shortest)
    {
        var end = shortest.IndexOf('E');
        var mantissa = end < 0 ? shortest : shortest[..end];
        return mantissa.Replace(".", "", StringComparison.Ordinal).Trim('-').TrimStart('0').TrimEnd('0');
    }
}
