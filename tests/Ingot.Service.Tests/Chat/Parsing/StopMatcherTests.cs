using Ingot.Service.Chat.Parsing;

namespace Ingot.Service.Tests.Chat.Parsing;

public sealed class StopMatcherTests
{
    [Theory]
    [InlineData("Hello END world", "Hello ", true, "END")]
    [InlineData("Hello EN", "Hello EN", false, "END")]
    [InlineData("aaab", "a", true, "aab")]
    [InlineData("abcd", "a", true, "abcd", "bc")]
    [InlineData("xabc", "x", true, "abc", "bc", "c")]
    [InlineData("one\n\ntwo", "one", true, "\n\n")]
    [InlineData("no stops", "no stops", false)]
    [InlineData("", "", false, "x")]
    [InlineData("END", "", true, "END")]
    [InlineData("🙂🙃", "🙂", true, "🙃")]
    public void The_text_ends_before_the_first_complete_stop_however_it_is_cut(string text, string passed, bool matched, params string[] stops)
    {
        foreach (var pieces in Splits.Of(text))
            Assert.Equal((passed, matched), Run(stops, pieces));
    }

    [Fact]
    public void Any_cut_of_any_text_gives_the_same()
    {
        var random = new Random(7);
        string[][] sets = [["ab"], ["aab", "ba"], ["abab", "bb", "aaaa"], ["abcab", "bcabc", "c"]];
        for (var i = 0; i < 3000; i++)
        {
            var text = Splits.Random(random, "a", "b", "ab", "c", "aab");
            var stops = sets[i % sets.Length];
            Assert.Equal(Run(stops, [text]), Run(stops, Splits.Cut(text, random)));
        }
    }

    [Fact]
    public void Only_what_may_be_a_stop_is_held_back()
    {
        var matcher = new StopMatcher(["STOP"]);

        Assert.Equal("Hello ", matcher.Append("Hello S"));
        Assert.Equal("", matcher.Append("TO"));
        Assert.Equal("STO", matcher.Append("ST"));
        Assert.Equal("STx", matcher.Append("x"));
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void Nothing_passes_after_a_match()
    {
        var matcher = new StopMatcher(["."]);

        Assert.Equal("Yes", matcher.Append("Yes. No"));
        Assert.True(matcher.Matched);
        Assert.Equal("", matcher.Append("more"));
        Assert.Equal("", matcher.Flush());
    }

    private static (string Passed, bool Matched) Run(IReadOnlyList<string> stops, IReadOnlyList<string> pieces)
    {
        var matcher = new StopMatcher(stops);
        var passed = string.Concat(pieces.Select(matcher.Append));
        return (passed + matcher.Flush(), matcher.Matched);
    }
}
