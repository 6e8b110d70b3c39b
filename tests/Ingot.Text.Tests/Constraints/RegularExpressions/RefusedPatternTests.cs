using Ingot.Errors;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Tests.Constraints.RegularExpressions;

public sealed class RefusedPatternTests
{
    [Theory]
    [InlineData("a(?=b)", "look-ahead")]
    [InlineData("a(?!b)", "look-ahead")]
    [InlineData("(?<=a)b", "look-behind")]
    [InlineData(@"(a)\1", "a back-reference")]
    [InlineData(@"\k<name>", "a back-reference")]
    [InlineData(@"\bword", "a word boundary")]
    [InlineData("a++", "a possessive quantifier")]
    [InlineData("(?i)a", "a group of an unknown kind")]
    [InlineData(@"\p{Klingon}", "the property 'Klingon'")]
    [InlineData("(^a)*", "repeats a group that has an anchor in it")]
    public void What_is_not_regular_is_refused_by_name(string pattern, string construct)
    {
        var refusal = Assert.Throws<IngotException>(() => RegularExpression.Parse(pattern, param: "schema.pattern"));
        Assert.Equal((ErrorCode.UnsupportedValue, "schema.pattern"), (refusal.Code, refusal.Param));
        Assert.Contains(construct, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData("a{3,2}")]
    [InlineData("a{9999999999}")]
    [InlineData("[b-a]")]
    [InlineData(@"\")]
    [InlineData(@"\uD800")]
    [InlineData(@"\u{110000}")]
    [InlineData(@"\a")]
    [InlineData(@"\p{L")]
    public void What_is_malformed_is_refused_with_its_place(string pattern)
    {
        var refusal = Assert.Throws<IngotException>(() => RegularExpression.Parse(pattern));
        Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        Assert.Matches("at character [0-9]+", refusal.Message);
    }

    [Fact]
    public void A_pattern_of_many_parts_that_may_be_empty_before_an_anchor_is_refused_in_good_time()
    {
        var pattern = string.Concat(Enumerable.Repeat("a?", 9000)) + "^";
        Assert.Throws<IngotException>(() => RegularExpression.Parse(pattern));
    }

    [Fact]
    public void Groups_too_deep_and_patterns_too_long_are_refused()
    {
        Assert.Throws<IngotException>(() => RegularExpression.Parse(new string('(', 5000) + new string(')', 5000)));
        Assert.Throws<IngotException>(() => RegularExpression.Parse(new string('a', RegularExpression.MaxLength + 1)));
    }
}
