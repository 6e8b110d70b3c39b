using Ingot.Errors;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class UnigramTests
{
    private const string Scores = """["<unk>",0],["a",-1],["b",-1],["ab",-3],["abc",-2.5],["c",-4],["<0xC3>",-5],["<0xA9>",-5]""";

    [Theory]
    [InlineData("ab", new[] { 1, 2 })] // -2 beats the token's -3
    [InlineData("abc", new[] { 4 })]
    [InlineData("abca", new[] { 4, 1 })]
    [InlineData("xyz", new[] { 0 })] // neighbours fuse
    [InlineData("xayz", new[] { 0, 1, 0 })]
    [InlineData("é", new[] { 0 })]
    [InlineData("", new int[0])]
    public void The_tokens_with_the_highest_sum_are_taken(string text, int[] ids) =>
        Assert.Equal(ids, Parse(Scores).Encode(text, addSpecialTokens: false));

    [Fact]
    public void Of_sums_alike_the_one_with_the_longer_last_token_is_taken() =>
        Assert.Equal([3], Parse("""["<unk>",0],["a",-1],["b",-1],["ab",-2]""").Encode("ab", addSpecialTokens: false));

    [Fact]
    public void Unknown_text_is_spelled_in_bytes_when_all_of_them_are_there()
    {
        var tokenizer = Parse(Scores, ""","unk_id":0,"byte_fallback":true""");
        Assert.Equal([1, 6, 7, 2], tokenizer.Encode("aéb", addSpecialTokens: false));
        Assert.Equal([6, 7, 6, 7], tokenizer.Encode("éé", addSpecialTokens: false));
        // One run, of which one byte is missing.
        Assert.Equal([0], tokenizer.Encode("éè", addSpecialTokens: false));
        // The unknown token itself, spelled out, is no unknown text.
        Assert.Equal([0, 1], tokenizer.Encode("<unk>a", addSpecialTokens: false));
    }

    [Fact]
    public void Without_an_unknown_token_unknown_text_is_left_out() =>
        Assert.Equal([1, 2], Parse(Scores, "").Encode("axb", addSpecialTokens: false));

    [Fact]
    public void Of_two_tokens_alike_the_last_is_found_and_both_are_decoded()
    {
        var tokenizer = Parse("""["<unk>",0],["a",-1],["a",-1]""");
        Assert.Equal([2], tokenizer.Encode("a", addSpecialTokens: false));
        Assert.Equal("a a", tokenizer.Decode([1, 2]));
    }

    [Theory]
    [InlineData("""["a",1e999]""", "", "model.vocab[0]")]
    [InlineData("""["a","b"]""", "", "model.vocab[0]")]
    [InlineData("""["a"]""", "", "model.vocab[0]")]
    [InlineData("""["a",0,0]""", "", "model.vocab[0]")]
    [InlineData("""["a",0],"b" """, "", "model.vocab[1]")]
    [InlineData("""["a",0],[0,"b"]""", "", "model.vocab[1]")]
    [InlineData("", "", "model.vocab is missing or empty")]
    [InlineData("""["a",0]""", ""","unk_id":1""", "model.unk_id")]
    [InlineData("""["a",0]""", ""","unk_id":-1""", "model.unk_id")]
    [InlineData("""["a",0]""", ""","byte_fallback":1""", "model.byte_fallback")]
    public void What_is_wrong_is_refused_with_its_place(string vocabulary, string more, string place)
    {
        var refused = Assert.Throws<IngotException>(() => Parse(vocabulary, more));
        Assert.Equal(ErrorCode.ModelInvalid, refused.Code);
        Assert.Contains($"tokenizer.json: {place}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_longer_than_a_walk_may_be_is_refused()
    {
        var refused = Assert.Throws<IngotException>(() => Parse($"""["{new string('a', 1025)}",0]"""));
        Assert.Equal(ErrorCode.ModelUnsupported, refused.Code);
    }

    [Fact]
    public void A_file_that_does_not_say_its_type_is_known_by_its_scores()
    {
        var tokenizer = SmallTokenizer.Change("xlmr", file => file["model"]!.AsObject().Remove("type"));
        Assert.Equal(SmallTokenizer.Load("xlmr").Encode("Hello world", true), tokenizer.Encode("Hello world", true));
    }

    [Fact]
    public void Control_tokens_cannot_be_made_by_normalising_what_a_user_wrote()
    {
        var tokenizer = SmallTokenizer.Load("xlmr");
        var end = tokenizer.FindToken("</s>")!.Value;
        const string Wide = "\uFF1C/s\uFF1E";
        Assert.DoesNotContain(end, tokenizer.Encode(Wide, addSpecialTokens: false));
        Assert.DoesNotContain(end, tokenizer.Encode(new PromptText(Wide, [new TextSpan(0, 4)]), addSpecialTokens: false));
    }

    private static Tokenizer Parse(string vocabulary, string more = ""","unk_id":0""") =>
        SmallTokenizer.Parse($$"""{"model":{"type":"Unigram","vocab":[{{vocabulary}}]{{more}}} }""");
}
