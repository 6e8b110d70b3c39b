using System.Text.Json;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>post_processor</c> section: what is put before and after a sequence.</summary>
internal static class PostProcessorReader
{
    private const int MaxAround = 64;

    public static (List<int> Prefix, List<int> Suffix) Read(JsonAt section, Vocabulary vocabulary)
    {
        List<int> prefix = [];
        List<int> suffix = [];
        foreach (var (type, step) in StepReader.Flatten(section, "processors"))
        {
            var (before, after) = ReadOne(type, step, vocabulary);
            // Each step wraps what the steps before it made.
            prefix.InsertRange(0, before);
            suffix.AddRange(after);
        }
        return (prefix, suffix);
    }

    private static (List<int> Before, List<int> After) ReadOne(string type, JsonAt step, Vocabulary vocabulary) => type switch
    {
        // Moves offsets only.
        "ByteLevel" => ([], []),
        "TemplateProcessing" => ReadTemplate(step, vocabulary),
        "RobertaProcessing" or "BertProcessing" => ([ReadTokenPair(step["cls"], vocabulary)], [ReadTokenPair(step["sep"], vocabulary)]),
        _ => throw step["type"].Unsupported($"is the post-processor '{type}', which is not supported"),
    };

    private static (List<int>, List<int>) ReadTemplate(JsonAt step, Vocabulary vocabulary)
    {
        List<int> before = [];
        List<int> after = [];
        var hasSequence = false;
        foreach (var item in step["single"].Items())
        {
            var special = item["SpecialToken"];
            if (!special.IsMissing)
            {
                (hasSequence ? after : before).AddRange(FindIds(special["id"], step["special_tokens"], vocabulary));
                if (before.Count + after.Count > MaxAround) throw item.Invalid($"makes more than {MaxAround} tokens");
                continue;
            }
            if (hasSequence || item["Sequence"]["id"].Text() != "A")
                throw item.Unsupported("must be a special token or, once, the sequence A");
            hasSequence = true;
        }
        return hasSequence ? (before, after) : throw step["single"].Invalid("must hold the sequence A");
    }

    private static List<int> FindIds(JsonAt token, JsonAt specialTokens, Vocabulary vocabulary)
    {
        var name = token.Text();
        var entry = specialTokens.IsMissing ? default : specialTokens[name];
        if (entry.Value.ValueKind == JsonValueKind.Object)
            return [.. entry["ids"].Items().Select(id => CheckKnown(id, vocabulary))];
        return [vocabulary.FindAny(name) ?? throw token.Invalid($"'{name}' is no token")];
    }

    private static int ReadTokenPair(JsonAt pair, Vocabulary vocabulary)
    {
        var parts = pair.Items().ToList();
        return parts.Count == 2 ? CheckKnown(parts[1], vocabulary) : throw pair.Invalid("must be a token and its id");
    }

    private static int CheckKnown(JsonAt id, Vocabulary vocabulary)
    {
        var value = id.Number(0, TokenizerLimits.MaxVocabulary - 1);
        return vocabulary.TokenOf(value) is null ? throw id.Invalid($"is {value}, which is no token's id") : value;
    }
}
