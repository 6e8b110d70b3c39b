namespace Ingot.Service.Hosting;

/// <summary>What a model will take of memory, as told from its files before it is loaded.</summary>
/// <param name="WeightBytes">Bytes of weights; packing them leaves their size as it is.</param>
internal sealed record ModelNeed(long WeightBytes)
{
    // A cache for less is of little use: the model is loaded only where a conversation of this length fits.
    private const int LeastTokens = 4096;

    /// <summary>Bytes of keys and values one token takes over all layers; 0 for a model without a cache.</summary>
    internal long CacheBytesPerToken { get; init; }

    /// <summary>Tokens of one full context.</summary>
    internal int ContextLength { get; init; }

    /// <summary>Contexts that can be in use at the same time, at least 1.</summary>
    internal int ContextCount { get; init; } = 1;

    /// <summary>Bytes of cache someone has asked for; null means what the machine can spare.</summary>
    internal long? WantedCacheBytes { get; init; }

    /// <summary>The least that makes loading the model worth while.</summary>
    internal long LeastBytes => Sum(WeightBytes, LeastCacheBytes);

    internal long LeastCacheBytes => Math.Min(UsefulCacheBytes, WantedCacheBytes ?? Product(CacheBytesPerToken, Math.Min(ContextLength, LeastTokens)));

    private long ContextBytes => Product(CacheBytesPerToken, ContextLength);

    private long UsefulCacheBytes => Product(ContextBytes, ContextCount);

    /// <summary>
    /// Bytes of cache to claim where so many are free for it. Many short requests or one long one: a long one may take more
    /// of what is free than many would.
    /// </summary>
    internal long CacheBytes(long freeBytes)
    {
        var fair = WantedCacheBytes ?? Math.Max(freeBytes / 4, Math.Min(ContextBytes, freeBytes / 2));
        return Math.Min(UsefulCacheBytes, Math.Max(LeastCacheBytes, fair));
    }

    // What a configuration file says may be absurd; it is then more than there can be, not a small number by overflow.
    private static long Product(long left, long right) => (long)Int128.Min((Int128)left * right, long.MaxValue / 4);

    private static long Sum(long left, long right) => (long)Int128.Min((Int128)left + right, long.MaxValue / 4);
}
