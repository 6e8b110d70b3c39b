using Ingot.Compute.Attention;

namespace Ingot.Engine;

/// <summary>How a model's keys and values are kept in the cache.</summary>
public enum KvCacheFormat
{
    /// <summary>As they are computed.</summary>
    Fp32,

    /// <summary>In 16 bits each: room for twice as many tokens in the same memory.</summary>
    Fp16,

    /// <summary>In 8 bits each and a scale for every 32: room for three and a half times as many tokens.</summary>
    Int8,
}

/// <summary>The same in the words of the kernels.</summary>
internal static class KvCacheFormats
{
    public static KvFormat ToKvFormat(this KvCacheFormat format) => format switch
    {
        KvCacheFormat.Fp32 => KvFormat.Float32,
        KvCacheFormat.Fp16 => KvFormat.Float16,
        KvCacheFormat.Int8 => KvFormat.Int8,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}
