using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Equality;

/// <summary>The shipped model's recorded greedy answers, and how well logits foretell them.</summary>
internal static class RecordedAnswers
{
    /// <summary>All of them.</summary>
    public static List<(int[] Prompt, int[] Answer)> All()
    {
        string path = RepositoryFiles.PathOf("tests", "Ingot.Service.Tests", "Vectors", "greedy.json");
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllText(path));
        return [.. recorded.RootElement.GetProperty("prompts").EnumerateArray().Select(one => (Numbers(one, "prompt"), Numbers(one, "tokens")))];
    }

    /// <summary>The negative logarithm of the probability that logits give a token.</summary>
    public static double Surprise(float[] row, int token)
    {
        double largest = row.Max(), sum = 0;
        foreach (float logit in row)
            sum += Math.Exp(logit - largest);
        return Math.Log(sum) + largest - row[token];
    }

    /// <summary>The token that logits give most.</summary>
    public static int Likeliest(float[] row) => Array.IndexOf(row, row.Max());

    private static int[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];
}
