using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingot.Testing;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class EncodingProperties(ITestOutputHelper output)
{
    public static TheoryData<string> Names => ["bert", "bert-cased", "bert-accents", "mpnet", "xlmr", "t5", "albert", "nmt"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_text_becomes_ids_that_decode(string name)
    {
        var tokenizer = SmallTokenizer.Load(name);
        Prop.ForAll(Texts(), text =>
        {
            var ids = tokenizer.Encode(text, addSpecialTokens: true);
            Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
            Assert.Equal(tokenizer.Encode(text, addSpecialTokens: true), ids);
            var decoder = tokenizer.CreateDecoder();
            Assert.Equal(tokenizer.Decode(ids), string.Concat(ids.Select(decoder.Append)) + decoder.Flush());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("bert-cased")]
    [InlineData("mpnet")]
    [InlineData("xlmr")]
    [InlineData("t5")]
    [InlineData("albert")]
    public void Plain_words_come_back_as_they_were(string name)
    {
        var tokenizer = SmallTokenizer.Load(name);
        var words = Gen.Elements("the", "fox", "a", "dogs", "over", "jumped", "or", "tin", "rain").ListOf().ToArbitrary();
        Prop.ForAll(words, list =>
        {
            var text = string.Join(' ', list);
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: true)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Where_text_came_from_changes_nothing_but_control_tokens(string name)
    {
        var tokenizer = SmallTokenizer.Load(name);
        Prop.ForAll(Texts(), text =>
        {
            if (text.AsSpan().IndexOfAny("<[\uFF1C\uFE64") >= 0) return;
            var prompt = new PromptText(text, text.Length == 0 ? [] : [new TextSpan(0, text.Length)]);
            Assert.Equal(tokenizer.Encode(text, addSpecialTokens: false), tokenizer.Encode(prompt, addSpecialTokens: false));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Time_and_memory_are_linear_in_the_text(string name)
    {
        const int Length = 1 << 18;
        var tokenizer = SmallTokenizer.Load(name);
        string[] units = ["a", " ", "the quick brown fox ", "\u0301", "漢字", "日本語のカタカナ。", "Привет, ", "\uFF45\u0301", "▁", "#", "[", "<", "x\u200d", "\U0001F600"];
        foreach (var unit in units)
        {
            var text = new StringBuilder().Insert(0, unit, Length / Encoding.UTF8.GetByteCount(unit)).ToString();
            var allocated = 0L;
            List<int> ids = [];
            var taken = ThreadTime.Taken(() =>
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
                ids = tokenizer.Encode(text, addSpecialTokens: false);
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            });
            output.WriteLine($"{name} '{unit}': {ids.Count} ids in {taken.TotalMilliseconds:0} ms, {allocated} bytes");
            // It takes milliseconds of the processor; anything quadratic takes minutes, or copies the text over and over.
            Assert.True(taken < TimeSpan.FromSeconds(20), $"'{unit}' took {taken}");
            Assert.True(allocated < 1024L * Length, $"'{unit}' took {allocated} bytes");
        }
    }

    private static Arbitrary<string> Texts()
    {
        var unit = Gen.OneOf(
            Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString()),
            Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32),
            Gen.Choose(0x20, 0x7E).Select(c => ((char)c).ToString()),
            Gen.Elements("the", "ing", "##", "▁", " ", "\r\n", "\u0301", "\uFF45", "<mask>", "[MASK]", "<unk>", "Hello", "quick", "漢", "ｶﾞ", "\uD83D", "\uDE00"));
        return unit.ListOf().Select(string.Concat).ToArbitrary();
    }
}
