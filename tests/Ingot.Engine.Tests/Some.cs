namespace Ingot.Engine.Tests;

/// <summary>Made-up data, the same on every run.</summary>
internal static class Some
{
    public static int[] Prompt(int seed, int length, int vocabulary = 256)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(vocabulary))];
    }

    public static float[] Logits(int seed, int count, double spread = 3)
    {
        var random = new Random(seed);
        var logits = new float[count];
        for (int i = 0; i < count; i++)
            logits[i] = (float)(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return logits;
    }
}

internal static class Events
{
    /// <summary>Reads to the end.</summary>
    public static Task<List<TokenEvent>> Collect(this IAsyncEnumerable<TokenEvent> events) => events.ToListAsync().AsTask();
}
