using System.Collections.Concurrent;

namespace Ingot.Server.Responses;

/// <summary>The background responses that are being made now. What is kept as under way and is not among them has lost its maker. Thread-safe.</summary>
internal sealed class LiveResponses
{
    private readonly ConcurrentDictionary<string, LiveResponse> _live = new(StringComparer.Ordinal);

    /// <summary>Adds one, before it is kept.</summary>
    public void Add(string id, LiveResponse live) => _live[id] = live;

    /// <summary>Removes one, after it was kept for the last time.</summary>
    public void Remove(string id) => _live.TryRemove(id, out _);

    /// <summary>Whether it is being made.</summary>
    public bool Has(string id) => _live.ContainsKey(id);

    /// <summary>Finds one; null when it is not being made, or not this owner's.</summary>
    public LiveResponse? Find(string? owner, string id) => _live.TryGetValue(id, out LiveResponse? live) && live.Owner == owner ? live : null;
}
