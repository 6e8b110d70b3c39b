using Ingot.Text.Tokenizers.Loading;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>Something to look for in a text: a fixed string, an expression, or an expression with a scanner of its own.</summary>
internal abstract class TextPattern
{
    /// <summary>Adds the matches from left to right, not overlapping; empty ones are places to split at.</summary>
    public abstract void FindAll(ReadOnlySpan<char> text, List<TextRange> matches);

    /// <summary>Reads <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
    public static TextPattern Read(JsonAt json)
    {
        var literal = json["String"];
        if (!literal.IsMissing) return new LiteralPattern(literal.Text());
        var regex = json["Regex"];
        if (regex.IsMissing) throw json.Invalid("must have a String or a Regex");
        var source = regex.Text();
        if (WordScanner.Find(source) is { } scanner) return scanner;
        try
        {
            return Compile(source);
        }
        catch (FormatException e)
        {
            throw regex.Unsupported($"is an expression that cannot be used: {e.Message}");
        }
    }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="FormatException">It cannot be used; the message says why.</exception>
    public static TextPattern Compile(string source) => new ExpressionPattern(PatternCompiler.Compile(PatternParser.Parse(source)));

    private sealed class ExpressionPattern(PatternInstruction[] program) : TextPattern
    {
        public override void FindAll(ReadOnlySpan<char> text, List<TextRange> matches)
        {
            var matcher = new PatternMatcher(program, text.Length);
            var at = 0;
            while (at <= text.Length)
            {
                var end = matcher.MatchAt(text, at);
                if (end >= 0) matches.Add(new TextRange(at, end));
                if (end > at)
                {
                    at = end;
                    continue;
                }
                if (at == text.Length) break;
                CodePoints.At(text, at, out var length);
                at += length;
            }
        }
    }
}

/// <summary>A fixed string.</summary>
/// <param name="literal">The string; an empty one is found nowhere.</param>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    public string Literal => literal;

    public override void FindAll(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        if (literal.Length == 0) return;
        var at = 0;
        while (at < text.Length)
        {
            var found = text[at..].IndexOf(literal, StringComparison.Ordinal);
            if (found < 0) return;
            matches.Add(new TextRange(at + found, at + found + literal.Length));
            at += found + literal.Length;
        }
    }
}

/// <summary>A pattern of one character of a kind.</summary>
internal sealed class SinglePattern(CharacterSet set) : TextPattern
{
    public override void FindAll(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        var at = 0;
        while (at < text.Length)
        {
            var codePoint = CodePoints.At(text, at, out var length);
            if (set.Contains(codePoint)) matches.Add(new TextRange(at, at + length));
            at += length;
        }
    }
}

/// <summary>Part of a text, from a first UTF-16 unit to just before an end.</summary>
internal readonly record struct TextRange(int Start, int End);
