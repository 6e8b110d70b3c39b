using System.Globalization;
using System.Numerics;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Schemas;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema.Numbers;

/// <summary>
/// How numbers of an interval are written, digit by digit: without exponent, whole ones without a fraction where only whole
/// ones are allowed. Numbers of more digits than <see cref="MaxDigits"/> on a side of the point are not written.
/// </summary>
internal static class NumberText
{
    /// <summary>More than any number a program keeps exactly; a model cannot go on with digits for ever.</summary>
    public const int MaxDigits = 32;

    /// <summary>Any digits behind the point.</summary>
    private static readonly GrammarNode AnyFraction = Nodes.Join(new Literal("."), new Repeat(Nodes.Digit, 1, MaxDigits));

    private static readonly GrammarNode AnyWhole = Nodes.Either(new Literal("0"), Nodes.Join(Nodes.NonZeroDigit, new Repeat(Nodes.Digit, 0, MaxDigits - 1)));

    /// <summary>Zeros before a digit that is none; smaller numbers are written with an exponent.</summary>
    private const int MaxLeadingZeros = 12;

    private static readonly GrammarNode SomeZeros = new Repeat(new Literal("0"), 0, MaxDigits - 1);

    private static readonly GrammarNode LeadingZeros = new Repeat(new Literal("0"), 0, MaxLeadingZeros);

    private static readonly GrammarNode SomeDigits = new Repeat(Nodes.Digit, 0, MaxDigits - 1);

    /// <summary>Any whole number.</summary>
    public static GrammarNode Integer { get; } =
        Nodes.Either(new Literal("0"), Nodes.Join(Nodes.Optional(new Literal("-")), Nodes.NonZeroDigit, new Repeat(Nodes.Digit, 0, MaxDigits - 1)));

    /// <summary>Any number, exponent included.</summary>
    public static GrammarNode Number { get; } = Nodes.Join(
        Nodes.Optional(new Literal("-")), AnyWhole, Nodes.Optional(AnyFraction),
        Nodes.Optional(Nodes.Join(CharacterSet.Of("eE"), Nodes.Optional(CharacterSet.Of("+-")),
            Nodes.Either(Nodes.Join(Nodes.Digit, Nodes.Optional(Nodes.Digit)), Nodes.Join(Nodes.Digits('1', '2'), Nodes.Digit, Nodes.Digit)))));

    // A magnitude with something other than zeros behind the point. How long it is the other part of an intersection says.
    private static readonly GrammarNode WithFraction = Nodes.Join(
        new Repeat(Nodes.Digit, 1, null), new Literal("."), new Repeat(Nodes.Digit, 0, null), Nodes.NonZeroDigit, new Repeat(Nodes.Digit, 0, null));

    /// <summary>The numbers of an interval.</summary>
    public static GrammarNode Between(NumberInterval interval, JsonKinds kinds)
    {
        List<GrammarNode> options = [];
        if (interval.Intersect(new NumberInterval(ExactNumber.Of(0), false, null, false)) is { } positive)
            options.Add(Magnitude(positive, kinds));
        if (interval.Intersect(new NumberInterval(null, false, ExactNumber.Of(0), true)) is { } negative)
        {
            var mirrored = new NumberInterval(negative.Most?.Negate(), negative.MostExcluded, negative.Least?.Negate(), negative.LeastExcluded);
            options.Add(Nodes.Join(new Literal("-"), Magnitude(mirrored, kinds)));
        }

        return Nodes.Either(options);
    }

    private static GrammarNode Magnitude(NumberInterval interval, JsonKinds kinds)
    {
        var least = interval.Least!.Value;
        if ((kinds & JsonKinds.Fraction) == 0)
        {
            var first = least.Floor + (least.IsInteger && !interval.LeastExcluded ? 0 : 1);
            var last = interval.Most is { } end ? end.Floor - (end.IsInteger && interval.MostExcluded ? 1 : 0) : (BigInteger?)null;
            return Whole(first, last);
        }

        var any = Real(least, interval.LeastExcluded, interval.Most, interval.MostExcluded);
        return (kinds & JsonKinds.Integer) != 0 || Nodes.IsNever(any) ? any : new Intersection([any, WithFraction]);
    }

    private static GrammarNode Real(ExactNumber least, bool leastExcluded, ExactNumber? most, bool mostExcluded)
    {
        var from = FractionFrom(FractionOf(least), leastExcluded);
        if (most is not { } end)
            return Nodes.Either(Nodes.Join(Exactly(least.Floor), from), Nodes.Join(Whole(least.Floor + 1, null), Nodes.Optional(AnyFraction)));
        var to = FractionTo(FractionOf(end), mostExcluded);
        if (least.Floor == end.Floor)
            return Nodes.IsNever(to) ? to : Nodes.Join(Exactly(end.Floor), new Intersection([from, to]));
        return Nodes.Either(
            Nodes.Join(Exactly(least.Floor), from),
            Nodes.Join(Whole(least.Floor + 1, end.Floor - 1), Nodes.Optional(AnyFraction)),
            Nodes.Join(Exactly(end.Floor), to));
    }

    private static GrammarNode Exactly(BigInteger value) => Whole(value, value);

    private static string FractionOf(ExactNumber number) => number.IsInteger ? "" : number.ToString()[^number.Scale..];

    // What may follow the whole part so that the fraction is at least, or above, the digits given.
    private static GrammarNode FractionFrom(string digits, bool isExcluded)
    {
        if (digits.Length > 0)
            return Nodes.Join(new Literal("."), DigitsFrom(digits, isExcluded));
        return isExcluded
            ? Nodes.Join(new Literal("."), LeadingZeros, Nodes.NonZeroDigit, SomeDigits)
            : Nodes.Optional(AnyFraction);
    }

    private static GrammarNode DigitsFrom(string digits, bool isExcluded)
    {
        var above = Nodes.Join(Nodes.Digits((char)(digits[0] + 1), '9'), SomeDigits);
        GrammarNode rest = digits.Length > 1
            ? DigitsFrom(digits[1..], isExcluded)
            : isExcluded ? Nodes.Join(LeadingZeros, Nodes.NonZeroDigit, SomeDigits) : SomeDigits;
        return Nodes.Either(above, Nodes.Join(new Literal(digits[..1]), rest));
    }

    private static GrammarNode FractionTo(string digits, bool isExcluded)
    {
        if (digits.Length > 0)
            return Nodes.Optional(Nodes.Join(new Literal("."), DigitsTo(digits, isExcluded)));
        return isExcluded ? GrammarNode.Never : Nodes.Optional(Nodes.Join(new Literal("."), new Repeat(new Literal("0"), 1, MaxDigits)));
    }

    private static GrammarNode DigitsTo(string digits, bool isExcluded)
    {
        var below = Nodes.Join(Nodes.Digits('0', (char)(digits[0] - 1)), SomeDigits);
        var rest = digits.Length > 1
            ? Nodes.Optional(DigitsTo(digits[1..], isExcluded))
            : isExcluded ? GrammarNode.Never : SomeZeros;
        return Nodes.Either(below, Nodes.Join(new Literal(digits[..1]), rest));
    }

    private static GrammarNode Whole(BigInteger first, BigInteger? last)
    {
        var beyond = BigInteger.Pow(10, MaxDigits);
        var end = last is { } given && given < beyond ? given : beyond - 1;
        if (first > end)
            return GrammarNode.Never;
        string low = Text(first), high = Text(end);
        if (low.Length == high.Length)
            return SameLength(low, high);
        List<GrammarNode> options = [];
        var shortest = low.Length;
        var longest = high.Length;
        if (low[0] != '1' || low.AsSpan(1).ContainsAnyExcept('0'))
            options.Add(SameLength(low, new string('9', shortest++)));
        if (high.AsSpan().ContainsAnyExcept('9'))
            options.Add(SameLength("1" + new string('0', --longest), high));
        if (shortest <= longest)
            options.Add(Nodes.Join(Nodes.NonZeroDigit, Nodes.Times(Nodes.Digit, shortest - 1, longest - 1)));
        return Nodes.Either(options);
    }

    private static GrammarNode SameLength(string low, string high)
    {
        if (low.Length == 0)
            return GrammarNode.Empty;
        if (low[0] == high[0])
            return Nodes.Join(new Literal(low[..1]), SameLength(low[1..], high[1..]));
        var rest = low.Length - 1;
        var (first, last) = (low[0], high[0]);
        List<GrammarNode> options = [];
        if (low.AsSpan(1).ContainsAnyExcept('0'))
            options.Add(Nodes.Join(new Literal($"{first++}"), SameLength(low[1..], new string('9', rest))));
        if (high.AsSpan(1).ContainsAnyExcept('9'))
            options.Add(Nodes.Join(new Literal($"{last--}"), SameLength(new string('0', rest), high[1..])));
        if (first <= last)
            options.Add(Nodes.Join(Nodes.Digits(first, last), Nodes.Times(Nodes.Digit, rest, rest)));
        return Nodes.Either(options);
    }

    private static string Text(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
