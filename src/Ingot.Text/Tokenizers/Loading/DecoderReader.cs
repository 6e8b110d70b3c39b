using Ingot.Text.Tokenizers.Decoders;
using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>decoder</c> section.</summary>
internal static class DecoderReader
{
    public static List<DecoderStep> Read(JsonAt section)
    {
        if (section.IsMissing) return [new SpacedDecoder()];
        List<DecoderStep> steps = [];
        foreach (var (type, step) in StepReader.Flatten(section, "decoders"))
        {
            var decoder = ReadOne(type, step);
            // Text is given out as it becomes certain; a pattern that may begin in one part and end in another cannot be
            // replaced then. No published decoder does this: they replace first, or single characters.
            if (decoder is ReplaceDecoder { IsLocal: false } && steps.Any(s => s.Fuses))
                throw step.Unsupported("replaces more than a single character after tokens were joined");
            steps.Add(decoder);
        }
        return steps;
    }

    private static DecoderStep ReadOne(string type, JsonAt step)
    {
        switch (type)
        {
            case "ByteLevel":
                return new ByteLevelDecoder();
            case "WordPiece":
                return new WordPieceDecoder(step["prefix"].TextOrNull() ?? "##", step["cleanup"].Flag(absent: true));
            case "ByteFallback":
                return new ByteFallbackDecoder();
            case "Fuse":
                return new FuseDecoder();
            case "Replace":
                return new ReplaceDecoder(TextPattern.Read(step["pattern"]), step["content"].Text());
            case "Strip":
                var content = step["content"].Text();
                if (content.Length != 1) throw step["content"].Unsupported("must be one character of the basic plane");
                return new StripDecoder(content[0], step["start"].Number(0, 1024), step["stop"].Number(0, 1024));
            case "Metaspace":
                var keepsFirst = step["prepend_scheme"].TextOrNull() == "never" || !step["add_prefix_space"].Flag(absent: true);
                return new MetaspaceDecoder(PreTokenizerReader.ReadMark(step), dropsFirst: !keepsFirst);
            case "BPEDecoder":
                var suffix = step["suffix"].TextOrNull() ?? "</w>";
                return suffix.Length > 0 ? new WordSuffixDecoder(suffix) : throw step["suffix"].Invalid("must not be empty");
            default:
                throw step["type"].Unsupported($"is the decoder '{type}', which is not supported");
        }
    }
}
