using System.Text;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9", "e\u0301", "\u00e9", "e\u0301")]
    [InlineData("s\u0307\u0323", "\u1e69", "s\u0323\u0307", "\u1e69", "s\u0323\u0307")]
    [InlineData("\u212b\u2126", "\u00c5\u03a9", "A\u030a\u03a9", "\u00c5\u03a9", "A\u030a\u03a9")]
    [InlineData("\ufb01\u00bd", "\ufb01\u00bd", "\ufb01\u00bd", "fi1\u20442", "fi1\u20442")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c", "\u1112\u1161\u11ab", "\ud55c", "\u1112\u1161\u11ab")]
    [InlineData("\ud55c\u11a8", "\ud55c\u11a8", "\u1112\u1161\u11ab\u11a8", "\ud55c\u11a8", "\u1112\u1161\u11ab\u11a8")]
    [InlineData("\u0958\u0344", "\u0915\u093c\u0308\u0301", "\u0915\u093c\u0308\u0301", "\u0915\u093c\u0308\u0301", "\u0915\u093c\u0308\u0301")]
    [InlineData("\U0001d15e\U0002f800", "\U0001d157\U0001d165\u4e3d", "\U0001d157\U0001d165\u4e3d", "\U0001d157\U0001d165\u4e3d", "\U0001d157\U0001d165\u4e3d")]
    [InlineData("\u0301plain", "\u0301plain", "\u0301plain", "\u0301plain", "\u0301plain")]
    public void Composes_and_decomposes_as_the_standard_says(string text, string nfc, string nfd, string nfkc, string nfkd)
    {
        Assert.Equal(nfc, Normalize(text, compatible: false, compose: true));
        Assert.Equal(nfd, Normalize(text, compatible: false, compose: false));
        Assert.Equal(nfkc, Normalize(text, compatible: true, compose: true));
        Assert.Equal(nfkd, Normalize(text, compatible: true, compose: false));
    }

    [Fact]
    public void Every_form_is_its_own_normal_form()
    {
        var text = new StringBuilder();
        for (var codePoint = 0; codePoint < 0x30000; codePoint++)
        {
            if (Rune.IsValid(codePoint)) text.Append(new Rune(codePoint).ToString()).Append(codePoint % 3 == 0 ? "\u0323" : "");
        }
        foreach (var compatible in new[] { false, true })
        {
            foreach (var compose in new[] { false, true })
            {
                var once = Normalize(text.ToString(), compatible, compose);
                Assert.Equal(once, Normalize(once, compatible, compose));
            }
        }
    }

    [Fact]
    public void Text_that_is_normal_already_is_given_back_unchanged()
    {
        var text = "naïve 漢字 한국어 😀 αβγ";
        int[]? origins = null;
        Assert.Same(text, new UnicodeNormalizer(compatible: false, compose: true).Normalize(text, ref origins));
    }

    [Fact]
    public void Origins_follow_characters_through_decomposition()
    {
        int[]? origins = [10, 11, 12];
        new UnicodeNormalizer(compatible: true, compose: false).Normalize("a\u00e9\ufb01", ref origins);
        Assert.Equal([10, 11, 11, 12, 12], origins!);
    }

    private static string Normalize(string text, bool compatible, bool compose)
    {
        int[]? origins = null;
        return new UnicodeNormalizer(compatible, compose).Normalize(text, ref origins);
    }
}
