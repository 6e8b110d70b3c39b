using System.Text.Json.Nodes;
using Ingot.Errors;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class TokenizerFileTests
{
    [Theory]
    [InlineData("normalizer", """{"type":"ByteLevel"}""", ErrorCode.ModelUnsupported, "normalizer.type")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Odd"}]}""", ErrorCode.ModelUnsupported, "normalizer.normalizers[1].type")]
    [InlineData("normalizer", """{"type":"Precompiled"}""", ErrorCode.ModelInvalid, "normalizer.precompiled_charsmap must be a string")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"?"}""", ErrorCode.ModelInvalid, "normalizer.precompiled_charsmap is not base64")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"BAAA"}""", ErrorCode.ModelInvalid, "normalizer.precompiled_charsmap is too short")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"BQAAAAAAAAAA"}""", ErrorCode.ModelInvalid, "normalizer.precompiled_charsmap is of the wrong length")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"BAAAAAAAAAD/"}""", ErrorCode.ModelInvalid, "normalizer.precompiled_charsmap is not made of UTF-8")]
    [InlineData("normalizer", """{"type":"Prepend"}""", ErrorCode.ModelInvalid, "normalizer.prepend must be a string")]
    [InlineData("normalizer", "7", ErrorCode.ModelInvalid, "normalizer must be an object")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated","invert":false}""", ErrorCode.ModelUnsupported, "pre_tokenizer.pattern.Regex")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":"a"},"behavior":"Odd","invert":false}""", ErrorCode.ModelInvalid, "pre_tokenizer.behavior")]
    [InlineData("decoder", """{"type":"CTC"}""", ErrorCode.ModelUnsupported, "decoder.type is the decoder 'CTC'")]
    [InlineData("decoder", """{"type":"Strip","content":" ","start":-1,"stop":0}""", ErrorCode.ModelInvalid, "decoder.start")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<no>"}},{"Sequence":{"id":"A"}}]}""", ErrorCode.ModelInvalid, "post_processor.single[0].SpecialToken.id")]
    [InlineData("added_tokens", """[{"id":-1,"content":"x"}]""", ErrorCode.ModelInvalid, "added_tokens[0].id")]
    [InlineData("added_tokens", """[{"id":900,"content":"x"},{"id":900,"content":"y"}]""", ErrorCode.ModelInvalid, "added_tokens[1]")]
    [InlineData("added_tokens", """[{"id":9000000,"content":"x"}]""", ErrorCode.ModelInvalid, "added_tokens[0].id")]
    [InlineData("model.type", "\"WordLevel\"", ErrorCode.ModelUnsupported, "model.type 'WordLevel'")]
    [InlineData("model.type", "\"Unigram\"", ErrorCode.ModelInvalid, "model.vocab must be a list of tokens with scores")]
    [InlineData("model.type", "\"WordPiece\"", ErrorCode.ModelInvalid, "model.unk_token is missing")]
    [InlineData("model.vocab", """[["a",0]]""", ErrorCode.ModelInvalid, "model.vocab must be an object of tokens and ids")]
    [InlineData("model.dropout", "0.1", ErrorCode.ModelUnsupported, "model.dropout")]
    [InlineData("model.unk_token", "\"<none>\"", ErrorCode.ModelInvalid, "model.unk_token")]
    [InlineData("model.merges", """["a b", "nope x"]""", ErrorCode.ModelInvalid, "model.merges[0]")]
    [InlineData("model.merges", """["x"]""", ErrorCode.ModelInvalid, "model.merges[0] must be two tokens")]
    [InlineData("model.merges", """[["a","b","c"]]""", ErrorCode.ModelInvalid, "model.merges[0] must be a pair")]
    [InlineData("model.vocab", """{"a":0,"b":0}""", ErrorCode.ModelInvalid, "model.vocab['b']")]
    [InlineData("model.vocab", """{"a":4194304}""", ErrorCode.ModelInvalid, "model.vocab['a']")]
    [InlineData("model.vocab", "{}", ErrorCode.ModelInvalid, "model.vocab is missing or empty")]
    public void What_is_wrong_is_refused_with_its_place(string path, string value, ErrorCode code, string message)
    {
        var refused = Assert.Throws<IngotException>(() => SmallTokenizer.Change("gpt2", file =>
        {
            var owner = path.StartsWith("model.", StringComparison.Ordinal) ? file["model"]!.AsObject() : file;
            owner[path.Replace("model.", "", StringComparison.Ordinal)] = JsonNode.Parse(value);
        }));
        Assert.Equal(code, refused.Code);
        Assert.Contains($"tokenizer.json: {message}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"model":{"vocab":{"\ud800":0},"merges":[]}}""")]
    [InlineData("""{"model":{"vocab":{"a":0},"merges":[]}} x""")]
    public void What_is_no_tokenizer_is_refused(string file)
    {
        var refused = Assert.Throws<IngotException>(() => SmallTokenizer.Parse(file));
        Assert.Equal(ErrorCode.ModelInvalid, refused.Code);
        Assert.Contains("tokenizer.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var file = string.Concat(Enumerable.Repeat("""{"model":""", 5000));
        Assert.Equal(ErrorCode.ModelInvalid, Assert.Throws<IngotException>(() => SmallTokenizer.Parse(file)).Code);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_refused()
    {
        var refused = Assert.Throws<IngotException>(() => Tokenizer.Load(Path.Combine(Vectors.Folder, "nowhere")));
        Assert.Equal(ErrorCode.ModelInvalid, refused.Code);
    }

    [Fact]
    public void Merges_may_come_before_the_vocabulary()
    {
        var tokenizer = SmallTokenizer.Parse("""{"model":{"merges":[["a","b"]],"vocab":{"a":0,"b":1,"ab":2}}}""");
        Assert.Equal([2, 0], tokenizer.Encode("aba", addSpecialTokens: false));
    }

    [Fact]
    public void The_settings_name_tokens_as_text_or_object_and_may_add_them()
    {
        const string Settings = """{"bos_token":{"content":"<|im_start|>"},"eos_token":"<|im_end|>","unk_token":null,"add_bos_token":true,"add_eos_token":true}""";
        var tokenizer = SmallTokenizer.Change("gpt2", _ => { }, Settings);
        Assert.Equal(("<|im_start|>", "<|im_end|>", null), (tokenizer.BeginOfSequenceToken, tokenizer.EndOfSequenceToken, tokenizer.UnknownToken));
        var ids = tokenizer.Encode("a", addSpecialTokens: true);
        Assert.Equal([tokenizer.FindToken("<|im_start|>")!.Value, tokenizer.FindToken("a")!.Value, tokenizer.FindToken("<|im_end|>")!.Value], ids);
        Assert.True(tokenizer.IsSpecial(ids[0]));
        Assert.False(tokenizer.IsSpecial(ids[1]));
    }

    [Fact]
    public void The_begin_token_is_not_added_twice()
    {
        var tokenizer = SmallTokenizer.Change("llama2", _ => { }, """{"bos_token":"<s>","add_bos_token":true}""");
        var begin = tokenizer.FindToken("<s>")!.Value;
        Assert.Single(tokenizer.Encode("a", addSpecialTokens: true), id => id == begin);
    }

    [Fact]
    public void Added_tokens_take_white_space_and_stand_alone_as_they_say()
    {
        var tokenizer = SmallTokenizer.Change("gpt2", file => file["added_tokens"] = JsonNode.Parse("""
            [{"id":900,"content":"[l]","lstrip":true,"special":true},{"id":901,"content":"[r]","rstrip":true,"special":true},
             {"id":902,"content":"one","single_word":true,"special":false,"normalized":false}]
            """));
        Assert.Equal([900], tokenizer.Encode("  \n[l]", addSpecialTokens: false));
        Assert.Equal([901, 901, 900], tokenizer.Encode("[r] \t[r]  [l]", addSpecialTokens: false));
        Assert.Contains(902, tokenizer.Encode("(one)", addSpecialTokens: false));
        Assert.DoesNotContain(902, tokenizer.Encode("someone, ones, one\u200D", addSpecialTokens: false));
    }

    [Theory]
    [InlineData("gpt2", 'a')]
    [InlineData("llama2", 'a')]
    [InlineData("llama2", ' ')]
    [InlineData("qwen2", '\u0301')]
    [InlineData("gpt4o", '\n')]
    public void A_long_run_costs_no_more_than_its_length_asks(string name, char unit)
    {
        var tokenizer = SmallTokenizer.Load(name);
        var text = new string(unit, 200_000);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false)));
    }

    [Fact]
    public void Half_a_character_counts_as_the_replacement_character()
    {
        var tokenizer = SmallTokenizer.Load("gpt2");
        Assert.Equal(tokenizer.Encode("a\uFFFDb\uFFFD", addSpecialTokens: false), tokenizer.Encode("a\uD83Db\uDE00", addSpecialTokens: false));
    }
}
