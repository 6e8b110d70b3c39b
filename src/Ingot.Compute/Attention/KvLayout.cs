namespace Ingot.Compute.Attention;

/// <summary>
/// How a head's keys, or values, of 16 neighbouring tokens lie in memory: a tile. Keys are [number in the head, token], so that one vector holds
/// 16 tokens' scores; values [token, number in the head]. In 8 bits the scales follow, [group of 32, token] for keys and [token, group] for values:
/// a token's numbers never depend on those of others, so it does not matter when they came.
/// </summary>
internal readonly record struct KvLayout(KvFormat Format, int HeadSize)
{
    /// <summary>Tokens of a tile.</summary>
    public const int TileTokens = 16;

    /// <summary>Numbers that share a scale.</summary>
    public const int GroupSize = 32;

    /// <summary>Scales of one token.</summary>
    public int GroupCount => (HeadSize + GroupSize - 1) / GroupSize;

    /// <summary>Bytes of a number.</summary>
    public int NumberBytes => Format switch { KvFormat.Float32 => 4, KvFormat.Float16 => 2, _ => 1 };

    /// <summary>Where a tile's scales begin.</summary>
    public int ScaleOffset => HeadSize * TileTokens * NumberBytes;

    /// <summary>Bytes of a tile of keys, and of one of values.</summary>
    public int TileBytes => ScaleOffset + (Format == KvFormat.Int8 ? GroupCount * TileTokens * sizeof(float) : 0);

    /// <summary>Bytes of a block of tokens: keys and values of some heads in some layers.</summary>
    public long BytesPerBlock(int layerCount, int kvHeadCount, int blockSize) => 2L * layerCount * kvHeadCount * (blockSize / TileTokens) * TileBytes;
}
