using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Normalizers;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class PrecompiledTests
{
    private static readonly byte[] Rules = ReadRules();

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("\uFF21\u00A0\uFB01", "A fi")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("x\u0301", "x\u0301")]
    [InlineData("\uFF45\u0301", "e")] // the whole cluster gives way to what its first code point becomes
    [InlineData("\uFF45\u0301\u0302\u0303", "e\u0301\u0302\u0303")] // too long to be looked up whole
    [InlineData("a\r\nb", "a b")]
    [InlineData("a\u0001b", "ab")]
    [InlineData("a\0b", "a\0b")]
    [InlineData("\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645")]
    public void Rules_are_applied_by_clusters_and_then_by_code_points(string text, string expected)
    {
        int[]? origins = null;
        Assert.Equal(expected, new PrecompiledNormalizer(CharacterMap.Parse(Rules)).Normalize(text, ref origins));
        origins = [.. Enumerable.Range(0, text.Length)];
        Assert.Equal(expected, new PrecompiledNormalizer(CharacterMap.Parse(Rules)).Normalize(text, ref origins));
        Assert.Equal(expected.Length, origins!.Length);
        Assert.Equal(origins.Order(), origins);
    }

    [Fact]
    public void Damaged_rules_are_refused_or_applied_but_never_break_anything()
    {
        var damages = Gen.Zip(Gen.Choose(0, Rules.Length - 1), Gen.Choose(0, 255)).ListOf(8).ToArbitrary();
        Prop.ForAll(damages, changes =>
        {
            var rules = (byte[])Rules.Clone();
            // The array's length too, now and then, and its first units more often than chance would.
            foreach (var (at, value) in changes) rules[value % 4 == 0 ? at % 1024 : at] = (byte)value;
            ApplyAll(rules);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void A_text_that_rules_blow_up_is_refused()
    {
        // Every letter a becomes a thousand letters.
        var units = new uint[512];
        units[0] = 256 << 10;
        units[256 ^ 'a'] = 'a' | (1 << 8) | ((uint)(256 ^ 'a' ^ 1) << 10);
        units[1] = 1u << 31;
        var map = CharacterMap.Parse(Pack(units, new string('b', 1000) + "\0"));
        int[]? origins = null;
        Assert.Equal(1000, new PrecompiledNormalizer(map).Normalize("a", ref origins).Length);
        var refused = Assert.Throws<IngotException>(() => new PrecompiledNormalizer(map).Normalize(new string('a', 1000), ref origins));
        Assert.Equal(ErrorCode.InvalidValue, refused.Code);
    }

    [Fact]
    public void A_replacement_without_end_is_refused() =>
        Assert.Throws<FormatException>(() => CharacterMap.Parse(Pack([0], new string('b', CharacterMap.MaxReplacement + 1))));

    private static void ApplyAll(byte[] rules)
    {
        CharacterMap map;
        try
        {
            map = CharacterMap.Parse(rules);
        }
        catch (FormatException)
        {
            return;
        }
        var normalizer = new PrecompiledNormalizer(map);
        var text = new StringBuilder();
        for (var codePoint = 0; codePoint < 0x3100; codePoint++)
        {
            if (Rune.IsValid(codePoint)) text.Append(new Rune(codePoint).ToString());
        }
        int[]? origins = null;
        try
        {
            normalizer.Normalize(text.ToString(), ref origins);
        }
        catch (IngotException e) when (e.Code == ErrorCode.InvalidValue)
        {
            return;
        }
    }

    private static byte[] Pack(uint[] units, string texts)
    {
        var packed = new byte[4 + (units.Length * 4)];
        BinaryPrimitives.WriteInt32LittleEndian(packed, units.Length * 4);
        for (var i = 0; i < units.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(4 + (i * 4)), units[i]);
        return [.. packed, .. Encoding.UTF8.GetBytes(texts)];
    }

    private static byte[] ReadRules()
    {
        var file = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Vectors.Folder, "xlmr", "tokenizer.json")))!;
        return Convert.FromBase64String(file["normalizer"]!["precompiled_charsmap"]!.GetValue<string>());
    }
}
