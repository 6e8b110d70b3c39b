namespace Ingot.Compute.Attention;

/// <summary>What attention is like in one layer of a model.</summary>
public sealed record AttentionShape
{
    /// <summary>Query heads, a multiple of <see cref="KvHeadCount"/>.</summary>
    public required int QueryHeadCount { get; init; }

    /// <summary>Key and value heads, at least 1.</summary>
    public required int KvHeadCount { get; init; }

    /// <summary>Numbers in a head, 1 to 256.</summary>
    public required int HeadSize { get; init; }

    /// <summary>What scores are multiplied with; usually 1 / √<see cref="HeadSize"/>.</summary>
    public required float Scale { get; init; }

    /// <summary>How many tokens a row looks back on, itself included; 0 (the default) means all.</summary>
    public int WindowSize { get; init; }

    /// <summary>Scores become cap · tanh(score / cap); 0 (the default) means they stay.</summary>
    public float Softcap { get; init; }

    /// <summary>[query heads]: a score of each head that no token has and that takes its part of the weights to nothing; null (the default) for none.</summary>
    public IReadOnlyList<float>? Sinks { get; init; }

    /// <summary>Query heads that share a key and value head.</summary>
    public int GroupSize => QueryHeadCount / KvHeadCount;

    /// <summary>The first position that the one at another looks at.</summary>
    internal int FirstSeen(int position) => WindowSize == 0 ? 0 : Math.Max(0, position + 1 - WindowSize);
}
