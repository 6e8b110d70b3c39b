using System.Globalization;
using System.Numerics;

namespace Ingot.Text.Constraints.JsonSchema.Numbers;

/// <summary>A decimal number without rounding: <see cref="Units"/> times ten to the power of minus <see cref="Scale"/>.</summary>
internal readonly record struct ExactNumber : IComparable<ExactNumber>
{
    /// <summary>Exponents beyond this are no numbers a program could read.</summary>
    private const int MaxExponent = 400;

    private ExactNumber(BigInteger units, int scale)
    {
        while (scale > 0 && units % 10 == 0)
            (units, scale) = (units / 10, scale - 1);
        (Units, Scale) = (units, scale);
    }

    /// <summary>The number without its point.</summary>
    public BigInteger Units { get; }

    /// <summary>How many digits stand behind the point; 0 or more, and no more than needed.</summary>
    public int Scale { get; }

    public bool IsInteger => Scale == 0;

    public BigInteger Floor => IsInteger ? Units : Units.Sign >= 0 ? Units / Power(Scale) : -((-Units + Power(Scale) - 1) / Power(Scale));

    /// <summary>Reads JSON's spelling of a number; null where it is too large or too long to be one.</summary>
    public static ExactNumber? Parse(string text)
    {
        var end = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (end >= 0 && !int.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return null;
        var mantissa = end >= 0 ? text[..end] : text;
        if (Math.Abs((long)exponent) > MaxExponent || mantissa.Length > MaxExponent)
            return null;
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        var units = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return scale >= 0 ? new ExactNumber(units, scale) : new ExactNumber(units * Power(-scale), 0);
    }

    public static ExactNumber Of(BigInteger value) => new(value, 0);

    public ExactNumber Negate() => new(-Units, Scale);

    /// <summary>The least number that is a multiple of both; both are above 0.</summary>
    public ExactNumber LeastCommonMultiple(ExactNumber other)
    {
        var scale = Math.Max(Scale, other.Scale);
        BigInteger one = UnitsAt(scale), two = other.UnitsAt(scale);
        return new ExactNumber(one / BigInteger.GreatestCommonDivisor(one, two) * two, scale);
    }

    public ExactNumber Times(BigInteger factor) => new(Units * factor, Scale);

    /// <summary>Whether this is a whole number of times the other, which is above 0.</summary>
    public bool IsMultipleOf(ExactNumber other) => UnitsAt(Math.Max(Scale, other.Scale)) % other.UnitsAt(Math.Max(Scale, other.Scale)) == 0;

    public int CompareTo(ExactNumber other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return UnitsAt(scale).CompareTo(other.UnitsAt(scale));
    }

    /// <summary>The number without exponent and without needless zeros.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Units).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var text = Scale == 0 ? digits : $"{digits[..^Scale]}.{digits[^Scale..]}";
        return Units.Sign < 0 ? "-" + text : text;
    }

    private BigInteger UnitsAt(int scale) => Units * Power(scale - Scale);

    private static BigInteger Power(int exponent) => BigInteger.Pow(10, exponent);
}
