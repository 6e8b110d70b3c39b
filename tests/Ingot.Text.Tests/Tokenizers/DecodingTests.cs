using System.Text;
using System.Text.Json.Nodes;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class DecodingTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("llama2")]
    [InlineData("phi3")]
    [InlineData("mistral")]
    [InlineData("gemma")]
    public void Parts_put_together_are_the_whole_and_never_end_in_half_a_character(string name)
    {
        var tokenizer = SmallTokenizer.Load(name);
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var ids = Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(-1, tokenizer.VocabularySize + 1)).ToList();
            var decoder = tokenizer.CreateDecoder(skipSpecialTokens: round % 2 == 0);
            var text = new StringBuilder();
            foreach (var part in ids.ConvertAll(decoder.Append).Append(decoder.Flush()))
            {
                Assert.False(part.Length > 0 && (char.IsHighSurrogate(part[^1]) || char.IsLowSurrogate(part[0])));
                text.Append(part);
            }
            Assert.Equal(tokenizer.Decode(ids, skipSpecialTokens: round % 2 == 0), text.ToString());
        }
    }

    [Fact]
    public void A_character_split_across_tokens_is_held_back()
    {
        var tokenizer = SmallTokenizer.Change("gpt2", file => file["model"]!["merges"] = new JsonArray());
        var decoder = tokenizer.CreateDecoder();
        var parts = tokenizer.Encode("é😀", addSpecialTokens: false).ConvertAll(decoder.Append);
        Assert.Equal(["", "é", "", "", "", "😀"], parts);
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void An_incomplete_character_is_replaced_at_the_end_and_before_an_added_token()
    {
        var tokenizer = SmallTokenizer.Change("gpt2", file => file["model"]!["merges"] = new JsonArray());
        var half = tokenizer.Encode("😀", addSpecialTokens: false)[..2];
        var end = tokenizer.FindToken("<|im_end|>")!.Value;
        var decoder = tokenizer.CreateDecoder(skipSpecialTokens: false);
        Assert.Equal("", decoder.Append(half[0]));
        Assert.Equal("", decoder.Append(half[1]));
        Assert.Equal("\uFFFD<|im_end|>", decoder.Append(end));
        Assert.Equal("\uFFFD", tokenizer.Decode(half));
    }

    [Fact]
    public void The_space_that_begins_the_text_is_dropped_once()
    {
        var tokenizer = SmallTokenizer.Load("llama2");
        var decoder = tokenizer.CreateDecoder();
        var mark = tokenizer.FindToken("▁")!.Value;
        Assert.Equal(["", " ", " "], new[] { mark, mark, mark }.Select(decoder.Append));
    }

    [Fact]
    public void A_byte_order_mark_survives()
    {
        var tokenizer = SmallTokenizer.Load("llama2");
        Assert.Equal("\uFEFFa", tokenizer.Decode(tokenizer.Encode("\uFEFFa", addSpecialTokens: false)));
    }

    [Fact]
    public void Word_suffixes_become_spaces_between_words()
    {
        var tokenizer = SmallTokenizer.Parse("""
            {"pre_tokenizer":{"type":"WhitespaceSplit"},"decoder":{"type":"BPEDecoder","suffix":"</w>"},
             "model":{"type":"BPE","vocab":{"a":0,"b</w>":1,"ab</w>":2},"merges":["a b</w>"],"end_of_word_suffix":"</w>"}}
            """);
        var ids = tokenizer.Encode("ab aab", addSpecialTokens: false);
        Assert.Equal([2, 0, 2], ids);
        Assert.Equal("ab aab", tokenizer.Decode(ids));
    }

    [Theory]
    [InlineData("always", "ab c")]
    [InlineData("never", " a b  c")]
    public void The_first_token_loses_all_its_space_marks(string scheme, string expected)
    {
        var tokenizer = SmallTokenizer.Parse($$"""
            {"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}"},
             "model":{"type":"Unigram","vocab":[["▁a▁b▁",-1],["▁c",-1]]} }
            """);
        Assert.Equal(expected, tokenizer.Decode([0, 1]));
    }

    [Theory]
    [InlineData("gpt2", "Ġ", new byte[] { 0x20 })]
    [InlineData("gpt2", "Ã", new byte[] { 0xC3 })]
    [InlineData("gpt2", "<|im_end|>", new byte[] { 0x3C, 0x7C, 0x69, 0x6D, 0x5F, 0x65, 0x6E, 0x64, 0x7C, 0x3E })]
    [InlineData("llama2", "▁", new byte[] { 0x20 })]
    [InlineData("llama2", "<0xE4>", new byte[] { 0xE4 })]
    public void Bytes_of_a_token_are_those_it_stands_for(string name, string token, byte[] expected)
    {
        var tokenizer = SmallTokenizer.Load(name);
        Assert.Equal(expected, tokenizer.GetTokenBytes(tokenizer.FindToken(token)!.Value).ToArray());
        Assert.True(tokenizer.GetTokenBytes(tokenizer.VocabularySize).IsEmpty);
    }
}
