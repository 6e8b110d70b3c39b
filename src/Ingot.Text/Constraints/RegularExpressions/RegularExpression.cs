using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.RegularExpressions;

/// <summary>Which texts a pattern describes.</summary>
public enum PatternScope
{
    /// <summary>Texts in which it is found somewhere, as JSON Schema's <c>pattern</c> means it.</summary>
    Search,

    /// <summary>Texts that it matches from the first character to the last.</summary>
    Whole,
}

/// <summary>How a pattern's characters are read.</summary>
[Flags]
public enum PatternOptions
{
    /// <summary>Nothing out of the ordinary.</summary>
    None = 0,

    /// <summary>Letters match in both cases.</summary>
    IgnoreCase = 1,

    /// <summary><c>.</c> matches line ends too.</summary>
    DotMatchesAll = 2,
}

/// <summary>
/// Regular expressions in the syntax of ECMA-262, as far as they describe regular languages: no back-references, look-around
/// or word boundaries. <c>\d</c>, <c>\w</c> and <c>\s</c> mean what ECMA-262 says; lazy quantifiers mean what greedy ones do.
/// </summary>
public static class RegularExpression
{
    /// <summary>The longest pattern read, in characters.</summary>
    public const int MaxLength = 20_000;

    /// <summary>Turns a pattern into what it describes.</summary>
    /// <param name="pattern">The pattern, without delimiters.</param>
    /// <param name="scope">Whether it must match the whole text or be found in it.</param>
    /// <param name="options">How its characters are read.</param>
    /// <param name="param">The request field it came from, for the error; absent when there is none.</param>
    /// <returns>A node without rule references.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/> when it is malformed or too long; <see cref="ErrorCode.UnsupportedValue"/> when it
    /// asks for what is not regular. The message names the construct and its place.
    /// </exception>
    public static GrammarNode Parse(string pattern, PatternScope scope = PatternScope.Search, PatternOptions options = PatternOptions.None, string? param = null)
    {
        if (pattern.Length > MaxLength)
        {
            throw new IngotException(ErrorCode.InvalidValue,
                $"A regular expression has {pattern.Length} characters; at most {MaxLength} are read.", param);
        }
        var parser = new RegularExpressionParser(new PatternSource(pattern, param), options);
        return AnchorPlacement.Place(parser.Parse(), scope, param);
    }
}
