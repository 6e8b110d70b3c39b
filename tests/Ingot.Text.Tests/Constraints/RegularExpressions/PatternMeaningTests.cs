using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Tests.Constraints.RegularExpressions;

public sealed class PatternMeaningTests
{
    public static TheoryData<string> Patterns =>
    [
        "", "a", "^a", "a$", "^a$", "^a|b$", "(^a|b)c", "a(b|$)", "(^|,)a(,|$)", "^^a$$", "a*", "^a*$", "^(ab)+$", "^a{2,3}$", "^a{2,}$", "^a{2}b?$",
        "^a+?b*?$", "^[a-c]+$", "^[^a-c]+$", @"^\d+$", @"^\D$", @"^\w+$", @"^\W+$", @"^\s*$", @"^\S+$", "^.$", "^.*$", @"^[\d,-]+$", "^[-a]+$", "^[a-]+$",
        @"^a\.b$", @"^\[a\]$", @"^\x61$", @"^\u0061$", @"^(?:a|b)c$", "^(?<name>a)b$", "^a{,2}$", "^{a}$", @"^\t\n\r\f\v$", @"^[\b]$", @"^\cA$", "^a|$", "|a",
        "^(a|b|)c$", "(a?^b|c)d", @"^[\w-]+@[\w.-]+$", "^$", @"^é+$", "b?$", "^(a(b(c)?)?)?$", @"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$",
    ];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_pattern_finds_what_it_finds_elsewhere(string pattern)
    {
        var compiled = CompiledGrammar.Compile(Grammar.Of(RegularExpression.Parse(pattern)));
        var expected = new Regex(Translate(pattern), RegexOptions.CultureInvariant);
        var texts = Gen.Elements("a", "b", "c", "d", "é", ",", "-", ".", "0", "7", "\n", "\t", " ", "[", "]", "{", "}", "@", "A", "_", "\b", "\u0001", "e").ListOf()
            .Select(parts => string.Concat(parts.Take(6))).ToArbitrary();
        Prop.ForAll(texts, text => Assert.True(expected.IsMatch(text) == compiled.Accepts(Encoding.UTF8.GetBytes(text)), $"'{pattern}' on '{text}'"))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData("^a$", "aa", false)]
    [InlineData("a{2,3}", "xaay", false)]
    [InlineData("a{2,3}", "aaa", true)]
    [InlineData(".", "\n", false)]
    public void A_whole_pattern_leaves_nothing_around_it(string pattern, string text, bool isAccepted) =>
        Assert.Equal(isAccepted, CompiledGrammar.Compile(Grammar.Of(RegularExpression.Parse(pattern, PatternScope.Whole))).Accepts(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(@"^\p{L}+$", "añ中Ж", true)]
    [InlineData(@"^\p{L}+$", "a1", false)]
    [InlineData(@"^\p{Lu}$", "É", true)]
    [InlineData(@"^\P{Lu}$", "É", false)]
    [InlineData(@"^\p{Script=Han}+$", "中文", true)]
    [InlineData(@"^\p{Letter}\p{Nd}$", "a١", true)]
    [InlineData(@"^\u{1F600}$", "😀", true)]
    [InlineData(@"^\uD83D\uDE00$", "😀", true)]
    [InlineData(@"^[😀-😂]$", "😁", true)]
    [InlineData(@"^[^a]$", "😁", true)]
    public void Characters_are_code_points(string pattern, string text, bool isAccepted) =>
        Assert.Equal(isAccepted, CompiledGrammar.Compile(Grammar.Of(RegularExpression.Parse(pattern))).Accepts(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("straße", "STRAßE", true)]
    [InlineData("[^a]", "A", false)]
    [InlineData("[a-f]+", "AbC", true)]
    public void Case_can_be_ignored(string pattern, string text, bool isAccepted)
    {
        var node = RegularExpression.Parse(pattern, PatternScope.Whole, PatternOptions.IgnoreCase);
        Assert.Equal(isAccepted, CompiledGrammar.Compile(Grammar.Of(node)).Accepts(Encoding.UTF8.GetBytes(text)));
    }

    // .NET's end anchor also matches before a last line feed, and its classes hold all of Unicode.
    private static string Translate(string pattern) => pattern
        .Replace(@"[\d,-]", "[0-9,-]", StringComparison.Ordinal)
        .Replace(@"[\w-]", "[a-zA-Z0-9_-]", StringComparison.Ordinal)
        .Replace(@"[\w.-]", "[a-zA-Z0-9_.-]", StringComparison.Ordinal)
        .Replace(@"\d", "[0-9]", StringComparison.Ordinal)
        .Replace(@"\D", "[^0-9]", StringComparison.Ordinal)
        .Replace(@"\w", "[a-zA-Z0-9_]", StringComparison.Ordinal)
        .Replace(@"\W", "[^a-zA-Z0-9_]", StringComparison.Ordinal)
        .Replace("$", @"\z", StringComparison.Ordinal)
        .Replace("^.", @"^[^\n\r\u2028\u2029]", StringComparison.Ordinal);
}
