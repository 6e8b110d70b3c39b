using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Ingot.Protocol.Bounds;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Completions;
using Ingot.Service;

namespace Ingot.Server.Bounds;

/// <summary>Checks one value against one bound.</summary>
/// <param name="options">The limits that whoever runs this service has set.</param>
internal sealed class BoundChecks(IngotOptions options)
{
    /// <summary>What is wrong with the value; null when nothing is.</summary>
    public WireFault? Find(WireBoundAttribute bound, object value) => bound switch
    {
        NumberRangeAttribute range => Check(range, value),
        EntryCountAttribute count => Check(count, CountOf(value)),
        TextLengthAttribute length => Check(length, value),
        TextPatternAttribute pattern => IsWhole(pattern.Expression, (string)value) ? null : new WireFault("", $"must be {pattern.Rule}"),
        WordsAttribute words => Check(words, (string)value),
        _ => throw new ArgumentOutOfRangeException(nameof(bound), bound, "is a bound nobody checks"),
    };

    /// <summary>The greatest value of a range; infinite when there is none.</summary>
    public double MostOf(NumberRangeAttribute range) => range.Limit == WireLimit.None ? range.Most : ValueOf(range.Limit);

    /// <summary>The most entries; null when there is no bound.</summary>
    public int? MostOf(EntryCountAttribute count)
    {
        int most = count.Limit == WireLimit.None ? count.Most : ValueOf(count.Limit);
        return most == int.MaxValue ? null : most;
    }

    private int ValueOf(WireLimit limit) => limit switch
    {
        WireLimit.Choices => options.MaxChoices,
        WireLimit.Messages => options.MaxMessages,
        WireLimit.Stops => options.MaxStops,
        _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "is a limit nobody sets"),
    };

    private WireFault? Check(NumberRangeAttribute range, object value)
    {
        if (value is not IReadOnlyDictionary<string, float> map)
            return IsWithin(range, Convert.ToDouble(value, CultureInfo.InvariantCulture)) ? null : new WireFault("", RuleOf(range));
        foreach ((string key, float number) in map)
        {
            if (!IsWithin(range, number))
                return new WireFault(key, RuleOf(range));
        }

        return null;
    }

    private bool IsWithin(NumberRangeAttribute range, double value) =>
        value <= MostOf(range) && (range.IsAbove ? value > range.Least : value >= range.Least);

    private string RuleOf(NumberRangeAttribute range)
    {
        string least = range.Least.ToString(CultureInfo.InvariantCulture);
        string most = MostOf(range).ToString(CultureInfo.InvariantCulture);
        return (range.IsAbove, double.IsFinite(MostOf(range))) switch
        {
            (false, true) => $"must be between {least} and {most}",
            (true, true) => $"must be above {least} and at most {most}",
            (false, false) => $"must be at least {least}",
            (true, false) => $"must be above {least}",
        };
    }

    private WireFault? Check(EntryCountAttribute bound, int count)
    {
        if (count < bound.Least)
            return new WireFault("", bound.Least == 1 ? "must not be empty" : $"must hold at least {bound.Least} entries");
        return MostOf(bound) is { } most && count > most ? new WireFault("", $"may hold at most {most} entries") : null;
    }

    private static int CountOf(object value) => value switch
    {
        StopSequences stops => stops.Values.Count,
        PromptInput prompts => prompts.Items.Count,
        ITextOrList either => either.Entries.Count,
        ICollection entries => entries.Count,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "has no entries to count"),
    };

    private static WireFault? Check(TextLengthAttribute bound, object value)
    {
        if (value is not IReadOnlyDictionary<string, string> map)
            return (value is StopSequences stops ? stops.Values : [(string)value]).Select(text => Check(bound, text)).FirstOrDefault(fault => fault is not null);
        foreach ((string key, string? text) in map)
        {
            if (IsLonger(key, bound.MostOfKeys))
                return new WireFault("", $"may only hold keys of at most {bound.MostOfKeys} characters");
            WireFault? fault = text is null ? new WireFault("", "must be a string") : Check(bound, text);
            if (fault is not null)
                return fault.Under(key);
        }

        return null;
    }

    private static WireFault? Check(TextLengthAttribute bound, string text)
    {
        if (bound.Least > 0 && text.Length < bound.Least)
            return new WireFault("", bound.Least == 1 ? "must not be empty" : $"must have at least {bound.Least} characters");
        return IsLonger(text, bound.Most) ? new WireFault("", $"must have at most {bound.Most} characters") : null;
    }

    // A character beyond the first 65536 is one, though it takes two places.
    private static bool IsLonger(string text, int most) => text.Length > most && text.EnumerateRunes().Count() > most;

    // In .NET "$" lets a line's end follow, in JSON Schema it does not.
    private static bool IsWhole(string expression, string text) =>
        Regex.IsMatch(text, $@"{expression.TrimEnd('$')}\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static WireFault? Check(WordsAttribute bound, string word)
    {
        if (bound.Words.Contains(word))
            return null;
        if (bound.OthersAreUnsupported is { } reason)
            return new WireFault("", reason, IsUnsupported: true);
        string[] quoted = [.. bound.Words.Select(known => $"'{known}'")];
        return new WireFault("", $"must be {string.Join(", ", quoted[..^1])} or {quoted[^1]}");
    }
}
