namespace Ingot.Protocol.Bounds;

/// <summary>
/// What a field's value must be, beyond its type. Said once, where the field is: the server refuses what breaks it, and its
/// OpenAPI document states it. A field that is absent or null breaks nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class WireBoundAttribute : Attribute;

/// <summary>Limits that whoever runs a service sets.</summary>
public enum WireLimit
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Answers to one request.</summary>
    Choices,

    /// <summary>Messages of one request.</summary>
    Messages,

    /// <summary>Texts that end an answer.</summary>
    Stops,
}

/// <summary>A number, or each value of a map of numbers, lies in a range.</summary>
/// <param name="least">The least value, itself allowed unless <see cref="IsAbove"/>.</param>
/// <param name="most">The greatest value, itself allowed. Default: none.</param>
public sealed class NumberRangeAttribute(double least, double most = double.PositiveInfinity) : WireBoundAttribute
{
    /// <summary>The least value.</summary>
    public double Least { get; } = least;

    /// <summary>The greatest value; infinite when there is none.</summary>
    public double Most { get; } = most;

    /// <summary>Whether the value must be above <see cref="Least"/>. Default: it may be equal.</summary>
    public bool IsAbove { get; init; }

    /// <summary>The limit that is the greatest value, in place of <see cref="Most"/>. Default: none.</summary>
    public WireLimit Limit { get; init; }
}

/// <summary>A list or map has a bounded number of entries. Where a single text may stand for a list, it is one.</summary>
/// <param name="least">The fewest.</param>
/// <param name="most">The most. Default: no bound.</param>
public sealed class EntryCountAttribute(int least, int most = int.MaxValue) : WireBoundAttribute
{
    /// <summary>The fewest entries.</summary>
    public int Least { get; } = least;

    /// <summary>The most entries; <see cref="int.MaxValue"/> when there is no bound.</summary>
    public int Most { get; } = most;

    /// <summary>The limit that is the most, in place of <see cref="Most"/>. Default: none.</summary>
    public WireLimit Limit { get; init; }
}

/// <summary>A text, each text of a list, or each value of a map of texts, has a bounded length in Unicode characters.</summary>
/// <param name="least">The least length.</param>
/// <param name="most">The greatest length. Default: no bound.</param>
public sealed class TextLengthAttribute(int least, int most = int.MaxValue) : WireBoundAttribute
{
    /// <summary>The least length.</summary>
    public int Least { get; } = least;

    /// <summary>The greatest length; <see cref="int.MaxValue"/> when there is no bound.</summary>
    public int Most { get; } = most;

    /// <summary>The greatest length of a map's keys. Default: no bound.</summary>
    public int MostOfKeys { get; init; } = int.MaxValue;
}

/// <summary>A text is made of certain characters.</summary>
/// <param name="expression">A regular expression for the whole text, with <c>^</c> and <c>$</c>, in what JSON Schema and .NET have in common.</param>
/// <param name="rule">What it says, in words after "it must be".</param>
public sealed class TextPatternAttribute(string expression, string rule) : WireBoundAttribute
{
    /// <summary>The regular expression.</summary>
    public string Expression { get; } = expression;

    /// <summary>What it says, in words after "it must be".</summary>
    public string Rule { get; } = rule;
}

/// <summary>A text is one of a few words, letter case included.</summary>
/// <param name="words">The words.</param>
public sealed class WordsAttribute(params string[] words) : WireBoundAttribute
{
    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; } = words;

    /// <summary>Why other words, which the API knows, are refused; null (default) when the API knows no others.</summary>
    public string? OthersAreUnsupported { get; init; }
}
