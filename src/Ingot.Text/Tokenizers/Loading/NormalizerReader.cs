using Ingot.Text.Tokenizers.Normalizers;
using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>normalizer</c> section.</summary>
internal static class NormalizerReader
{
    public static List<Normalizer> Read(JsonAt section) =>
        [.. StepReader.Flatten(section, "normalizers").SelectMany(s => s.Type == "BertNormalizer" ? ReadBert(s.Step) : [ReadOne(s.Type, s.Step)])];

    private static IEnumerable<Normalizer> ReadBert(JsonAt step)
    {
        var lowers = step["lowercase"].Flag(absent: true);
        if (step["clean_text"].Flag(absent: true)) yield return CharacterNormalizer.CleanText();
        if (step["handle_chinese_chars"].Flag(absent: true)) yield return CharacterNormalizer.SpaceChinese();
        if (step["strip_accents"].Flag(absent: lowers))
        {
            yield return new FormNormalizer(compatible: false, compose: false);
            yield return CharacterNormalizer.RemoveNonspacingMarks();
        }
        if (lowers) yield return new LowercaseNormalizer();
    }

    private static Normalizer ReadOne(string type, JsonAt step) => type switch
    {
        "NFC" => new FormNormalizer(compatible: false, compose: true),
        "NFD" => new FormNormalizer(compatible: false, compose: false),
        "NFKC" => new FormNormalizer(compatible: true, compose: true),
        "NFKD" => new FormNormalizer(compatible: true, compose: false),
        "Lowercase" => new LowercaseNormalizer(),
        "Precompiled" => ReadPrecompiled(step["precompiled_charsmap"]),
        "Nmt" => CharacterNormalizer.Nmt(),
        "Strip" => new StripNormalizer(step["strip_left"].Flag(absent: false), step["strip_right"].Flag(absent: false)),
        "StripAccents" => new StripAccentsNormalizer(),
        "Prepend" => new PrependNormalizer(step["prepend"].Text()),
        "Replace" => new ReplaceNormalizer(TextPattern.Read(step["pattern"]), step["content"].Text()),
        _ => throw step["type"].Unsupported($"is the normalizer '{type}', which is not supported"),
    };

    private static PrecompiledNormalizer ReadPrecompiled(JsonAt rules)
    {
        rules.Text();
        if (!rules.Value.TryGetBytesFromBase64(out var bytes)) throw rules.Invalid("is not base64");
        try
        {
            return new PrecompiledNormalizer(CharacterMap.Parse(bytes));
        }
        catch (FormatException e)
        {
            throw rules.Invalid($"is {e.Message}");
        }
    }
}
