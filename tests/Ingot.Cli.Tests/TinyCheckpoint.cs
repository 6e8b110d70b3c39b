using System.Globalization;
using System.Text.Json;
using Ingot.Compiler.Tests.Support;
using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>A Hugging Face checkpoint with random weights whose tokens are the printable characters of ASCII.</summary>
internal static class TinyCheckpoint
{
    private static readonly string[] Specials = ["<unk>", "<s>", "</s>", "<|end|>"];

    /// <summary>Writes the folder.</summary>
    /// <returns>Its path.</returns>
    public static string Write(TemporaryFolder folder)
    {
        string path = Checkpoint.Llama().Write(folder);
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), Tokenizer());
        File.WriteAllText(
            Path.Combine(path, "tokenizer_config.json"),
            """{"bos_token":"<s>","eos_token":"</s>","chat_template":"{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% endfor %}"}""");
        return path;
    }

    private static string Tokenizer()
    {
        // The space and the line break as byte-level vocabularies write them.
        string[] tokens = [.. Specials, .. Enumerable.Range('!', 94).Select(character => ((char)character).ToString(CultureInfo.InvariantCulture)), "\u0120", "\u010a"];
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = Specials.Select((token, id) => new { id, content = token, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            decoder = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
            model = new
            {
                type = "BPE",
                vocab = tokens.Select((token, id) => (token, id)).ToDictionary(item => item.token, item => item.id, StringComparer.Ordinal),
                merges = Array.Empty<string>(),
            },
        });
    }
}
