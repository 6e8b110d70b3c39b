namespace Ingot.Service.Tests.Chat.Parsing;

/// <summary>Ways to cut a text into pieces, as tokens do.</summary>
public static class Splits
{
    /// <summary>Whole, character by character, and at random.</summary>
    public static IEnumerable<IReadOnlyList<string>> Of(string text, int randomOnes = 200)
    {
        yield return [text];
        yield return [.. text.Select(c => c.ToString())];
        var random = new Random(text.Length);
        for (var i = 0; i < randomOnes; i++)
            yield return Cut(text, random);
    }

    /// <summary>A text made of a few fragments, so that markers and halves of markers meet.</summary>
    public static string Random(Random random, params string[] fragments) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => fragments[random.Next(fragments.Length)]));

    public static IReadOnlyList<string> Cut(string text, Random random)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var length = random.Next(1, Math.Min(8, text.Length - at) + 1);
            pieces.Add(text.Substring(at, length));
            at += length;
        }

        return pieces;
    }
}
