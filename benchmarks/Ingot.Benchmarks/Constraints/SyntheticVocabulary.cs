using System.Text;
using Ingot.Benchmarks.Tokenizers;

namespace Ingot.Benchmarks.Constraints;

/// <summary>
/// A vocabulary of the size and make-up of a large model's: every byte, words with and without a space before them, runs of
/// spaces and line ends, marks that open and close things, numbers, letters of other scripts, and parts of characters.
/// </summary>
internal static class SyntheticVocabulary
{
    public const int Size = 151_936;

    /// <summary>The token that ends an answer.</summary>
    public const int End = Size - 1;

    public static List<ReadOnlyMemory<byte>> Make()
    {
        var random = new Random(1);
        var known = new HashSet<string>();
        List<ReadOnlyMemory<byte>> tokens = [.. Enumerable.Range(0, 256).Select(value => (ReadOnlyMemory<byte>)new[] { (byte)value })];
        for (int length = 2; length <= 128; length++)
            Add(new string(' ', length));
        foreach (string opening in new[] { "", " ", ".", "!", ")", "]", "}", "\"", ",", "\\", "'", "(", "{", "[", "/" })
        {
            foreach (string closing in new[] { "\"", "\",", "\":", "\"}", "\")", "\n", "\n\n", "{\"", "\"]", "\":{\"", "\",\"", "\\n", "\\\"", "()", ");\n", "},\n" })
                Add(opening + closing);
        }
        for (int number = 0; number < 1000; number++)
            Add(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        string[] words = Prose.Write(6_000_000, seed: 3).Split([' ', '\n', '.', ',', ';', ':', '?', '!'], StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length && tokens.Count < 100_000; i++)
        {
            string word = words[i];
            int start = random.Next(3) == 0 ? random.Next(word.Length) : 0;
            string part = word[start..random.Next(start + 1, word.Length + 1)];
            Add(random.Next(2) == 0 ? " " + word : part);
            if (random.Next(40) == 0)
                Add(part + "\"");
        }
        while (tokens.Count < Size - 1)
        {
            int script = random.Next(3) switch { 0 => 0x4E00, 1 => 0x0400, _ => 0xAC00 };
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => (char)(script + random.Next(script == 0x0400 ? 0x80 : 0x1000)))));
            tokens.Add(random.Next(20) == 0 ? text[..^1] : text);
        }
        tokens.Add(default);
        return tokens;

        void Add(string text)
        {
            if (known.Add(text))
                tokens.Add(Encoding.UTF8.GetBytes(text));
        }
    }
}
