using System.Text.Json;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

/// <summary>Answers recorded from an independent implementation; <c>tests/oracles/tokenizers</c> says how.</summary>
internal static class Vectors
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Tokenizers", "Vectors");

    public static List<Vector> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, path)));
        return [.. document.RootElement.EnumerateArray().Select(e => new Vector(
            e.TryGetProperty("text", out var text) ? text.GetString() : null,
            [.. e.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())],
            e.TryGetProperty("around", out var around) ? around.GetInt32() : 0,
            e.GetProperty("decoded").GetString()!,
            e.GetProperty("skipped").GetString()!))];
    }

    /// <summary>Asks a tokenizer for everything that is recorded and lists where it answers otherwise.</summary>
    public static List<string> Differences(Tokenizer tokenizer, IEnumerable<Vector> vectors)
    {
        List<string> differences = [];
        foreach (var vector in vectors)
        {
            var name = vector.Text is null ? string.Join(' ', vector.Ids) : JsonSerializer.Serialize(vector.Text);
            if (vector.Text is { } text)
            {
                var ids = tokenizer.Encode(text, addSpecialTokens: false);
                Compare("ids", name, string.Join(' ', vector.Ids), string.Join(' ', ids));
                var around = tokenizer.Encode(text, addSpecialTokens: true).Count - ids.Count;
                Compare("around", name, $"{vector.Around}", $"{around}");
            }
            Compare("decoded", name, vector.Decoded, tokenizer.Decode(vector.Ids, skipSpecialTokens: false));
            Compare("skipped", name, vector.Skipped, tokenizer.Decode(vector.Ids));
        }
        return differences;

        void Compare(string what, string name, string expected, string actual)
        {
            if (expected != actual) differences.Add($"{what} of {name}: {JsonSerializer.Serialize(expected)} but {JsonSerializer.Serialize(actual)}");
        }
    }
}

internal sealed record Vector(string? Text, int[] Ids, int Around, string Decoded, string Skipped);
