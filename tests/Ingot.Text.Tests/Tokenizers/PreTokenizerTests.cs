namespace Ingot.Text.Tests.Tokenizers;

public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("Removed", false, "ab|cd|e")]
    [InlineData("Isolated", false, "ab|-|-|cd|-|e")]
    [InlineData("MergedWithPrevious", false, "ab-|-|cd-|e")]
    [InlineData("MergedWithNext", false, "ab|-|-cd|-e")]
    [InlineData("Contiguous", false, "ab|--|cd|-|e")]
    [InlineData("Removed", true, "-|-|-")]
    public void A_split_treats_its_matches_as_its_behavior_says(string behavior, bool invert, string expected)
    {
        var step = $$$"""{"type":"Split","pattern":{"String":"-"},"behavior":"{{{behavior}}}","invert":{{{(invert ? "true" : "false")}}}}""";
        Assert.Equal(expected, SmallTokenizer.Pieces(step, "ab--cd-e"));
    }

    [Theory]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "a12½b", "a|1|2|½|b")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "a12½b", "a|12½|b")]
    [InlineData("""{"type":"Punctuation"}""", "a,.b$", "a|,|.|b|$")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "a,.b", "a|,.|b")]
    [InlineData("""{"type":"Whitespace"}""", "naïve x!? 漢", "naïve|x|!?|漢")]
    [InlineData("""{"type":"Whitespace"}""", "a\u200Db-c", "a\u200Db|-|c")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"-"}""", "a--b c", "a|b c")]
    [InlineData("""{"type":"BertPreTokenizer"}""", " a$b\u3002  c\u200D", "a|$|b|\u3002|c\u200D")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}""", " a▁b", "▁a|▁b")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}]}""", "a b", "▁a|b")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}]}""", " a b", "a|b")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a\u0085b \uFEFFc", "a|b|\uFEFFc")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""", "a  b", "▁a|▁|▁b")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":false}""", "a b", "a▁b")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","add_prefix_space":false}""", "a b", "a|▁b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[\\p{L}--]+"},"behavior":"Isolated","invert":false}""", "𝐀b1-c", "𝐀b|1|-c")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\p{Lu}++\\w*+|(?<=\\s)\\S{2,3}?"},"behavior":"Isolated","invert":false}""", "ABc xyz", "ABc| |xy|z")]
    public void Pieces_are_cut_as_the_format_says(string step, string text, string expected) =>
        Assert.Equal(expected, SmallTokenizer.Pieces(step, text));

    [Fact]
    public void White_space_of_the_byte_level_expression_is_the_unicode_property()
    {
        var tokenizer = SmallTokenizer.Load("gpt2");
        // U+FEFF is a symbol and joins the next; U+0085 is white space, of which the last is left to the next word.
        Assert.Equal(Encode("\uFEFF!").Concat(Encode("a")), Encode("\uFEFF!a"));
        Assert.Equal(Encode("\u0085").Concat(Encode("\u0085")).Concat(Encode("a")), Encode("\u0085\u0085a"));

        List<int> Encode(string text) => tokenizer.Encode(text, addSpecialTokens: false);
    }
}
