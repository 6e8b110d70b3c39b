using Ingot.Text.Tokenizers.Normalizers;
using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>normalizer</c> section.</summary>
internal static class NormalizerReader
{
    public static List<Normalizer> Read(JsonAt section) =>
        [.. StepReader.Flatten(section, "normalizers").Select(s => ReadOne(s.Type, s.Step))];

    private static Normalizer ReadOne(string type, JsonAt step) => type switch
    {
        "NFC" => new FormNormalizer(compatible: false, compose: true),
        "NFD" => new FormNormalizer(compatible: false, compose: false),
        "NFKC" => new FormNormalizer(compatible: true, compose: true),
        "NFKD" => new FormNormalizer(compatible: true, compose: false),
        "Lowercase" => new LowercaseNormalizer(),
        "Strip" => new StripNormalizer(step["strip_left"].Flag(absent: false), step["strip_right"].Flag(absent: false)),
        "StripAccents" => new StripAccentsNormalizer(),
        "Prepend" => new PrependNormalizer(step["prepend"].Text()),
        "Replace" => new ReplaceNormalizer(TextPattern.Read(step["pattern"]), step["content"].Text()),
        _ => throw step["type"].Unsupported($"is the normalizer '{type}', which is not supported"),
    };
}
