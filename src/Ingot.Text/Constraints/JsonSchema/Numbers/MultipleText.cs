using System.Globalization;
using System.Numerics;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Schemas;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema.Numbers;

/// <summary>
/// How the multiples of a number are written: a few are listed; else the remainder is kept from digit to digit, which takes
/// as many rules as there are remainders.
/// </summary>
internal sealed class MultipleText(IDictionary<string, GrammarNode> rules)
{
    private const int MaxListed = 1000;
    private const int MaxRemainders = 1000;

    /// <summary>Digits before the point where bounds are checked beside the remainder.</summary>
    private const int BoundedDigits = 15;

    /// <summary>The multiples in an interval.</summary>
    /// <param name="unit">Above 0.</param>
    /// <param name="interval">Where they lie.</param>
    /// <param name="kinds">Whether whole numbers, others or both are meant.</param>
    /// <param name="pointer">Where the schema stands, for the refusal.</param>
    public GrammarNode Write(ExactNumber unit, NumberInterval interval, JsonKinds kinds, string pointer)
    {
        if ((kinds & JsonKinds.Integer) == 0)
            throw SchemaRefusal.Unenforceable($"{pointer}/multipleOf", "multiples that are not whole are not enforced");
        if ((kinds & JsonKinds.Fraction) == 0)
            unit = ExactNumber.Of(unit.Units / BigInteger.GreatestCommonDivisor(unit.Units, BigInteger.Pow(10, unit.Scale)));
        if (unit.IsInteger && unit.Units.IsOne)
            return NumberText.Between(interval, JsonKinds.Integer);
        if (List(unit, interval) is { } listed)
            return listed;
        if (unit.Units > MaxRemainders)
            throw TooLarge(unit, pointer);
        if (interval.IsAll)
            return Nodes.Join(Nodes.Optional(new Literal("-")), Start(unit));
        if (unit.IsInteger)
            return Nodes.Either(Signed(interval).Select(part => Nodes.Join(part.Sign, Magnitude((int)unit.Units, part.Least, part.Most))));
        if (!unit.Units.IsOne)
            throw TooLarge(unit, pointer);
        var decimals = Nodes.Join(Nodes.Optional(new Literal("-")), new Repeat(Nodes.Digit, 1, null), Nodes.Optional(Nodes.Join(new Literal("."), new Repeat(Nodes.Digit, 1, unit.Scale))));
        return new Intersection([NumberText.Between(interval, kinds), decimals]);
    }

    // The whole numbers of an interval as a sign and a range of magnitudes.
    private static IEnumerable<(GrammarNode Sign, BigInteger Least, BigInteger Most)> Signed(NumberInterval interval)
    {
        var beyond = BigInteger.Pow(10, BoundedDigits);
        var least = interval.Least is { } low ? low.Floor + (low.IsInteger && !interval.LeastExcluded ? 0 : 1) : -beyond;
        var most = interval.Most is { } high ? high.Floor - (high.IsInteger && interval.MostExcluded ? 1 : 0) : beyond;
        (least, most) = (BigInteger.Max(least, 1 - beyond), BigInteger.Min(most, beyond - 1));
        if (most >= 0 && most >= least)
            yield return (GrammarNode.Empty, BigInteger.Max(least, 0), most);
        if (least < 0 && most >= least)
            yield return (new Literal("-"), BigInteger.Max(-most, 1), -least);
    }

    // Numbers of one length at a time: the digits left and the remainder so far are all that matters inside the bounds.
    private GrammarNode Magnitude(int modulus, BigInteger least, BigInteger most)
    {
        List<GrammarNode> options = [];
        for (var length = 1; length <= BoundedDigits; length++)
        {
            var shortest = length == 1 ? BigInteger.Zero : BigInteger.Pow(10, length - 1);
            var (first, last) = (BigInteger.Max(least, shortest), BigInteger.Min(most, BigInteger.Pow(10, length) - 1));
            if (first <= last)
                options.Add(Between(modulus, first.ToString(CultureInfo.InvariantCulture), last.ToString(CultureInfo.InvariantCulture), 0));
        }

        return Nodes.Either(options);
    }

    private GrammarNode Between(int modulus, string first, string last, int remainder)
    {
        if (!first.AsSpan().ContainsAnyExcept('0') && !last.AsSpan().ContainsAnyExcept('9'))
            return Ending(modulus, remainder, first.Length);
        List<GrammarNode> options = [];
        for (var digit = first[0]; digit <= last[0]; digit++)
        {
            var low = digit == first[0] ? first[1..] : new string('0', first.Length - 1);
            var high = digit == last[0] ? last[1..] : new string('9', last.Length - 1);
            options.Add(Nodes.Join(new Literal($"{digit}"), Between(modulus, low, high, ((remainder * 10) + digit - '0') % modulus)));
        }

        return Nodes.Either(options);
    }

    // Any digits that make the whole a multiple. Digits yet to come settle what of the remainder they divide.
    private GrammarNode Ending(int modulus, int remainder, int digits)
    {
        var mattering = modulus / (int)BigInteger.GreatestCommonDivisor(modulus, BigInteger.Pow(10, digits));
        remainder %= mattering;
        if (digits == 0)
            return remainder == 0 ? GrammarNode.Empty : GrammarNode.Never;
        var name = $"multiple-{modulus}-{remainder}-of-{digits}";
        if (!rules.TryAdd(name, GrammarNode.Never))
            return new RuleReference(name);
        List<GrammarNode> options = [];
        for (var digit = 0; digit <= 9; digit++)
            options.Add(Nodes.Join(Text(digit), Ending(modulus, ((remainder * 10) + digit) % modulus, digits - 1)));
        rules[name] = Nodes.Either(options);
        return new RuleReference(name);
    }

    private static Errors.IngotException TooLarge(ExactNumber unit, string pointer) =>
        SchemaRefusal.Unenforceable($"{pointer}/multipleOf", $"the multiples of {unit} within these bounds are too many to be told apart");

    private static GrammarNode? List(ExactNumber unit, NumberInterval interval)
    {
        if (interval.Least is not { } least || interval.Most is not { } most)
            return null;
        var scale = Math.Max(unit.Scale, Math.Max(least.Scale, most.Scale));
        BigInteger step = At(unit, scale), low = At(least, scale), high = At(most, scale);
        var first = BigInteger.DivRem(low, step, out var remainder) + (remainder.Sign > 0 ? 1 : 0);
        var last = BigInteger.DivRem(high, step, out remainder) - (remainder.Sign < 0 ? 1 : 0);
        if (last - first >= MaxListed)
            return null;
        List<GrammarNode> texts = [];
        for (var times = first; times <= last; times++)
        {
            var number = unit.Times(times);
            if (interval.Contains(number))
                texts.Add(new Literal(number.ToString()));
        }

        return Nodes.Either(texts);
    }

    private static BigInteger At(ExactNumber number, int scale) => number.Units * BigInteger.Pow(10, scale - number.Scale);

    // The first digit: a zero stands alone before the point.
    private GrammarNode Start(ExactNumber unit)
    {
        var modulus = (int)unit.Units;
        List<GrammarNode> options = [Nodes.Join(new Literal("0"), End(unit, 0))];
        for (var digit = 1; digit <= 9; digit++)
            options.Add(Nodes.Join(Text(digit), After(unit, digit % modulus)));
        return Nodes.Either(options);
    }

    private RuleReference After(ExactNumber unit, int remainder)
    {
        var name = $"multiple-{unit}-{remainder}";
        if (!rules.TryAdd(name, GrammarNode.Never))
            return new RuleReference(name);
        List<GrammarNode> options = [End(unit, remainder)];
        for (var digit = 0; digit <= 9; digit++)
            options.Add(Nodes.Join(Text(digit), After(unit, ((remainder * 10) + digit) % (int)unit.Units)));
        rules[name] = Nodes.Either(options);
        return new RuleReference(name);
    }

    // After the last digit before the point: nothing, or a fraction that makes up for the remainder.
    private GrammarNode End(ExactNumber unit, int remainder) =>
        unit.IsInteger ? Complete(unit, remainder, 0) : Nodes.Either(Complete(unit, remainder, unit.Scale), Nodes.Join(new Literal("."), Fraction(unit, remainder, unit.Scale, isFirst: true)));

    private static GrammarNode Complete(ExactNumber unit, int remainder, int placesLeft) =>
        remainder * BigInteger.Pow(10, placesLeft) % unit.Units == 0 ? GrammarNode.Empty : GrammarNode.Never;

    private GrammarNode Fraction(ExactNumber unit, int remainder, int placesLeft, bool isFirst)
    {
        if (placesLeft == 0)
            return Complete(unit, remainder, 0);
        var name = $"multiple-{unit}-{remainder}.{placesLeft}{(isFirst ? "f" : "")}";
        if (!rules.TryAdd(name, GrammarNode.Never))
            return new RuleReference(name);
        List<GrammarNode> options = isFirst ? [] : [Complete(unit, remainder, placesLeft)];
        for (var digit = 0; digit <= 9; digit++)
            options.Add(Nodes.Join(Text(digit), Fraction(unit, ((remainder * 10) + digit) % (int)unit.Units, placesLeft - 1, isFirst: false)));
        rules[name] = Nodes.Either(options);
        return new RuleReference(name);
    }

    private static Literal Text(int digit) => new(digit.ToString(CultureInfo.InvariantCulture));
}
