using System.Text;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class PatternTests
{
    [Theory]
    [InlineData(WordScanner.Gpt2Expression)]
    [InlineData(WordScanner.Llama3Expression)]
    [InlineData(WordScanner.Qwen2Expression)]
    public void A_scanner_finds_what_its_expression_finds(string expression)
    {
        var scanner = WordScanner.Find(expression)!;
        var pattern = TextPattern.Compile(expression);
        string[] parts = [" ", "  ", "\n", "\r\n", "\t", "'", "'s", "'LL", "'Re", "a", "Zz", "é", "漢", "𝐀", "1", "23", "½", "𝟘", "!", "...", "😀", "\u0301", "\u0085", "\uFEFF", "\0"];
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(12); i >= 0; i--) text.Append(parts[random.Next(parts.Length)]);
            Assert.Equal(Find(pattern, text.ToString()), Find(scanner, text.ToString()));
        }
    }

    [Theory]
    [InlineData("a|ab", "xab", "1-2")]
    [InlineData("(?>a|ab)c", "abc", "")]
    [InlineData("a+?b", "aab", "0-3")]
    [InlineData("a++a", "aaa", "")]
    [InlineData("a{2,3}", "aaaaa", "0-3 3-5")]
    [InlineData("(ab){2}", "ababab", "0-4")]
    [InlineData("(?i:ab)c", "AbcABC", "0-3")]
    [InlineData("x(?!y)", "xyxz", "2-3")]
    [InlineData("(?<![0-9])b", "1bab", "3-4")]
    [InlineData(@"\bfoo\b", "foo food", "0-3")]
    [InlineData("[a-c&&[^b]]+", "abcc", "0-1 2-4")]
    [InlineData("[[:alpha:]_]+", "1a_é", "1-4")]
    [InlineData("[^\\x{1D400}-\\x{1D7FF}]", "𝐀z", "2-3")]
    [InlineData(@"\P{L}", "a𐐀!", "3-4")]
    [InlineData(@"^b|c$", "a\nbc", "2-3 3-4")]
    [InlineData(@"\p{Han}+", "a漢字𠀀か", "1-5")]
    [InlineData("(?:ab?)+c", "aababc", "0-6")]
    public void Expressions_mean_what_they_mean_elsewhere(string expression, string text, string expected) =>
        Assert.Equal(expected, Find(TextPattern.Compile(expression), text));

    [Theory]
    [InlineData("(")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData(@"\p{Nonsense}")]
    [InlineData(@"(a)\1")]
    [InlineData("(a*)*")]
    [InlineData("(?<=a+)b")]
    [InlineData("a{2001}")]
    [InlineData("((((a{99}){99}){99}){99}){99}")]
    [InlineData("*a")]
    public void What_cannot_be_run_is_refused(string expression) =>
        Assert.Throws<FormatException>(() => TextPattern.Compile(expression));

    [Fact]
    public void A_hostile_expression_runs_out_of_steps_instead_of_time()
    {
        var pattern = TextPattern.Compile("(?:a|aa)+b");
        var refused = Assert.Throws<IngotException>(() => Find(pattern, new string('a', 200)));
        Assert.Equal(ErrorCode.InvalidValue, refused.Code);
    }

    private static string Find(TextPattern pattern, string text)
    {
        List<TextRange> matches = [];
        pattern.FindAll(text, matches);
        return string.Join(' ', matches.Select(m => $"{m.Start}-{m.End}"));
    }
}
