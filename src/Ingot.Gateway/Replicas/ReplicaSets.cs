using System.Collections.Concurrent;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Replicas;

/// <summary>The replicas of all providers, made as the list of providers says and remade when it changes. Thread-safe.</summary>
/// <param name="book">The list.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of changes of the replicas' states.</param>
internal sealed class ReplicaSets(ProviderBook book, TimeProvider time, ILogger<ReplicaSets> logger)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ReplicaSet> _sets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The replicas of every provider that is listed now.</summary>
    public IReadOnlyList<ReplicaSet> All()
    {
        IReadOnlyList<ModelProvider> providers = book.Providers;
        foreach (string name in _sets.Keys.Except(providers.Select(provider => provider.Name), StringComparer.OrdinalIgnoreCase))
            _sets.TryRemove(name, out _);
        return [.. providers.Select(Of)];
    }

    /// <summary>What every address is like now.</summary>
    public IReadOnlyList<ReplicaStatus> States() => [.. All().SelectMany(set => set.Replicas).Select(replica => replica.Status)];

    /// <summary>The replicas of a provider. What is known of its addresses survives a change of it.</summary>
    public ReplicaSet Of(ModelProvider provider)
    {
        if (_sets.TryGetValue(provider.Name, out ReplicaSet? known) && ReferenceEquals(known.Provider, provider))
            return known;
        lock (_lock)
        {
            known = _sets.GetValueOrDefault(provider.Name);
            return ReferenceEquals(known?.Provider, provider) ? known : _sets[provider.Name] = new ReplicaSet(provider, known, time, logger);
        }
    }
}
