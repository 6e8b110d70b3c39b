using Ingot.Engine;

namespace Ingot.Service;

/// <content>What models keep of conversations.</content>
public sealed partial record IngotOptions
{
    /// <summary>
    /// Memory for one model's key-value cache in mebibytes, 1 to 1048576; absent (default) means what the machine can spare.
    /// File key <c>kvCacheMegabytes</c>; variable <c>INGOT_KV_CACHE_MB</c>.
    /// </summary>
    public int? KvCacheMegabytes { get; init; }

    /// <summary>
    /// How keys and values of conversations are kept: <c>fp32</c> (default), <c>fp16</c> or <c>int8</c>, in a half or a little more than
    /// a quarter of the memory at a small cost in accuracy (<c>docs/kv-cache.md</c>). File key <c>kvCache</c>; variable <c>INGOT_KV_CACHE</c>.
    /// </summary>
    public KvCacheFormat KvCache { get; init; }

    /// <summary>
    /// Whether a prompt finds what earlier requests of its caller have computed of the same beginning. Answers are the same either way.
    /// Default true. File key <c>prefixCache</c>; variable <c>INGOT_PREFIX_CACHE</c>.
    /// </summary>
    public bool PrefixCache { get; init; } = true;

    /// <summary>
    /// Whether callers with different keys or tokens find what was computed for one another: it saves time where they ask alike, and time
    /// then tells what others have asked (<c>docs/security.md</c>). Default false. File key <c>sharedPrefixCache</c>; variable <c>INGOT_SHARED_PREFIX_CACHE</c>.
    /// </summary>
    public bool SharedPrefixCache { get; init; }

    /// <summary>Within which scope a caller's turns find what was computed before; null for that of all.</summary>
    internal string? CacheScopeOf(string? caller) => SharedPrefixCache ? null : caller;
}
