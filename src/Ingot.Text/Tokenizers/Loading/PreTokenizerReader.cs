using Ingot.Text.Tokenizers.Patterns;
using Ingot.Text.Tokenizers.PreTokenizers;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>pre_tokenizer</c> section.</summary>
internal static class PreTokenizerReader
{
    private static readonly CharacterSet Spaces = new(CodePoints.IsWhiteSpace);
    private static readonly CharacterSet Punctuation = new(IsPunctuation);

    /// <summary>Reads the steps.</summary>
    /// <param name="section">The section.</param>
    /// <param name="isByteLevel">Set when the last step writes bytes as characters; the model does that itself then.</param>
    public static List<PreTokenizer> Read(JsonAt section, out bool isByteLevel)
    {
        List<PreTokenizer> steps = [];
        foreach (var (type, step) in StepReader.Flatten(section, "pretokenizers")) Add(type, step, steps);
        isByteLevel = steps.Count > 0 && steps[^1] is ByteCharactersPreTokenizer;
        if (isByteLevel) steps.RemoveAt(steps.Count - 1);
        return steps;
    }

    private static void Add(string type, JsonAt step, List<PreTokenizer> steps)
    {
        switch (type)
        {
            case "ByteLevel":
                if (step["add_prefix_space"].Flag(absent: true)) steps.Add(new SpacePrefixPreTokenizer());
                if (step["use_regex"].Flag(absent: true)) steps.Add(new SplitPreTokenizer(WordScanner.Gpt2, SplitBehavior.Isolated, invert: false));
                steps.Add(new ByteCharactersPreTokenizer());
                break;
            case "Split":
                steps.Add(new SplitPreTokenizer(
                    TextPattern.Read(step["pattern"]), ReadBehavior(step["behavior"]), step["invert"].Flag(absent: false)));
                break;
            case "Digits":
                var numbers = new SinglePattern(UnicodeProperties.Find("N")!);
                var isIndividual = step["individual_digits"].Flag(absent: false);
                steps.Add(new SplitPreTokenizer(numbers, isIndividual ? SplitBehavior.Isolated : SplitBehavior.Contiguous, invert: false));
                break;
            case "Punctuation":
                var behavior = step["behavior"].IsMissing ? SplitBehavior.Isolated : ReadBehavior(step["behavior"]);
                steps.Add(new SplitPreTokenizer(new SinglePattern(Punctuation), behavior, invert: false));
                break;
            case "BertPreTokenizer":
                steps.Add(new SplitPreTokenizer(new SinglePattern(Spaces), SplitBehavior.Removed, invert: false));
                steps.Add(new SplitPreTokenizer(new SinglePattern(Punctuation), SplitBehavior.Isolated, invert: false));
                break;
            case "Whitespace":
                steps.Add(new MatchesPreTokenizer(TextPattern.Compile($@"[\w{CodePoints.Joiners}]+|[^\w\s{CodePoints.Joiners}]+")));
                break;
            case "CharDelimiterSplit":
                steps.Add(new SplitPreTokenizer(new LiteralPattern(step["delimiter"].Text()), SplitBehavior.Removed, invert: false));
                break;
            case "WhitespaceSplit":
                steps.Add(new SplitPreTokenizer(new SinglePattern(Spaces), SplitBehavior.Removed, invert: false));
                break;
            case "Metaspace":
                steps.Add(ReadMetaspace(step));
                break;
            default:
                throw step["type"].Unsupported($"is the pre-tokenizer '{type}', which is not supported");
        }
    }

    private static MetaspacePreTokenizer ReadMetaspace(JsonAt step)
    {
        var scheme = step["prepend_scheme"];
        var prepend = scheme.TextOrNull() switch
        {
            // Older files only say whether.
            null => step["add_prefix_space"].Flag(absent: true) ? PrependScheme.Always : PrependScheme.Never,
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw scheme.Invalid("must be always, first or never"),
        };
        return new MetaspacePreTokenizer(ReadMark(step), prepend, step["split"].Flag(absent: true));
    }

    /// <summary>The one character that stands for a space in a Metaspace step.</summary>
    public static char ReadMark(JsonAt step)
    {
        var mark = step["replacement"].TextOrNull() ?? "\u2581";
        return mark.Length == 1 ? mark[0] : throw step["replacement"].Unsupported("must be one character of the basic plane");
    }

    private static SplitBehavior ReadBehavior(JsonAt behavior) => behavior.Text() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw behavior.Invalid("must be Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous"),
    };

    private static bool IsPunctuation(int codePoint) =>
        CodePoints.IsPunctuation(CodePoints.CategoryOf(codePoint))
        || (codePoint < 128 && (char.IsPunctuation((char)codePoint) || char.IsSymbol((char)codePoint)));
}
