using System.Text;
using System.Text.Json.Nodes;
using Ingot.Text.Tokenizers;
using Ingot.Text.Tokenizers.Loading;

namespace Ingot.Text.Tests.Tokenizers;

/// <summary>Tokenizers for single questions: the recorded small ones, changed where a test wants it.</summary>
internal static class SmallTokenizer
{
    public static Tokenizer Load(string name) => Tokenizer.Load(Path.Combine(Vectors.Folder, name));

    /// <summary>One of the recorded tokenizers with changes to its file.</summary>
    public static Tokenizer Change(string name, Action<JsonObject> change, string? settings = null)
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(Vectors.Folder, name, "tokenizer.json")))!.AsObject();
        change(file);
        return Parse(file.ToJsonString(), settings);
    }

    public static Tokenizer Parse(string file, string? settings = null) =>
        new(TokenizerReader.Parse(Encoding.UTF8.GetBytes(file), settings is null ? null : Encoding.UTF8.GetBytes(settings)));

    /// <summary>A character-level model whose pieces are one token each, to look at pre-tokenizers: <c>a|bc</c>.</summary>
    public static string Pieces(string preTokenizer, string text)
    {
        // With every merge of a piece's characters unknown, pieces show by the suffix that ends each.
        var vocabulary = new JsonObject { ["|"] = 0 };
        foreach (var rune in (text + "\u2581 ").EnumerateRunes())
        {
            vocabulary.TryAdd(rune.ToString(), vocabulary.Count);
            vocabulary.TryAdd(rune + "|", vocabulary.Count);
        }
        var file = new JsonObject
        {
            ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
            ["decoder"] = JsonNode.Parse("""{"type":"Fuse"}"""),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray(), ["end_of_word_suffix"] = "|" },
        };
        var tokenizer = Parse(file.ToJsonString());
        return tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false)).TrimEnd('|');
    }
}
