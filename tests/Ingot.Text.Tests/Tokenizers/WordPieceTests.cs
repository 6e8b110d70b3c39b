using System.Text.Json.Nodes;
using Ingot.Errors;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class WordPieceTests
{
    private const string Vocabulary = """{"[UNK]":0,"un":1,"una":2,"##a":3,"##ff":4,"##able":5,"##":6,"unaff":7,"😀":8,"##😀":9}""";

    [Theory]
    [InlineData("unaffable", new[] { 7, 5 }, true)]
    [InlineData("unaffx", new[] { 7 }, false)]
    [InlineData("unaaff", new[] { 2, 3, 4 }, true)]
    [InlineData("unff", new[] { 1, 4 }, true)]
    [InlineData("ff", new int[0], false)]
    [InlineData("😀😀", new[] { 8, 9 }, true)]
    public void The_longest_token_is_taken_each_time_and_a_word_is_known_whole_or_not_at_all(string text, int[] ids, bool isKnown) =>
        Assert.Equal(isKnown ? ids : [0], Parse(Vocabulary).Encode(text, addSpecialTokens: false));

    [Fact]
    public void A_word_with_too_many_characters_is_unknown()
    {
        var tokenizer = Parse(Vocabulary, """,  "max_input_chars_per_word":3""");
        Assert.Equal([8, 9, 9], tokenizer.Encode("😀😀😀", addSpecialTokens: false));
        Assert.Equal([0], tokenizer.Encode("😀😀😀😀", addSpecialTokens: false));
    }

    [Fact]
    public void A_file_that_does_not_say_its_type_is_known_by_what_it_holds()
    {
        var tokenizer = SmallTokenizer.Change("bert", file => file["model"]!.AsObject().Remove("type"));
        Assert.Equal(SmallTokenizer.Load("bert").Encode("Hello world", true), tokenizer.Encode("Hello world", true));
    }

    [Fact]
    public void An_unknown_token_that_is_in_no_vocabulary_is_refused()
    {
        var refused = Assert.Throws<IngotException>(() => SmallTokenizer.Change("bert", file => file["model"]!["unk_token"] = "<none>"));
        Assert.Equal(ErrorCode.ModelInvalid, refused.Code);
        Assert.Contains("model.unk_token", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_tokens_cannot_be_written_by_a_user()
    {
        var tokenizer = SmallTokenizer.Change("bert", file => file["pre_tokenizer"] = JsonNode.Parse("""{"type":"WhitespaceSplit"}"""));
        var prompt = new PromptText("[SEP] [SEP]", [new TextSpan(6, 5)]);
        var ids = tokenizer.Encode(prompt, addSpecialTokens: false);
        Assert.Single(ids, tokenizer.FindToken("[SEP]")!.Value);
    }

    [Fact]
    public void Truncation_and_padding_of_the_file_are_the_batchs_business()
    {
        // The file asks for four tokens at most.
        var ids = SmallTokenizer.Load("bert").Encode("a b c d e f g", addSpecialTokens: true);
        Assert.Equal(9, ids.Count);
    }

    [Theory]
    [InlineData("##ing", "ing")]
    [InlineData("the", " the")]
    [InlineData(",", ",")]
    [InlineData("[SEP]", "[SEP]")]
    public void Bytes_of_a_token_are_those_within_a_text(string token, string expected)
    {
        var tokenizer = SmallTokenizer.Change("bert", file => file["model"]!["vocab"]!["##ing"] ??= 5000);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(tokenizer.GetTokenBytes(tokenizer.FindToken(token)!.Value).Span));
    }

    [Fact]
    public void Spaces_before_punctuation_stay_where_nobody_asks_to_clean_up()
    {
        var tokenizer = SmallTokenizer.Change("bert", file => file["decoder"]!["cleanup"] = false);
        Assert.Equal("the dog , the fox", tokenizer.Decode(tokenizer.Encode("The dog, the fox", addSpecialTokens: true)));
        Assert.Equal("the dog, the fox", SmallTokenizer.Load("bert").Decode(tokenizer.Encode("The dog, the fox", addSpecialTokens: true)));
    }

    private static Tokenizer Parse(string vocabulary, string more = "") =>
        SmallTokenizer.Parse($$"""{"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{{vocabulary}}{{more}}} }""");
}
