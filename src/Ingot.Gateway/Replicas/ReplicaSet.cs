using Ingot.Service.Providers;

namespace Ingot.Gateway.Replicas;

/// <summary>The replicas of one provider as it is listed now. Thread-safe.</summary>
internal sealed class ReplicaSet
{
    /// <summary>Makes the set, taking over what is known of addresses that were there before.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="before">The set before the provider was changed; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of changes of the replicas' states.</param>
    public ReplicaSet(ModelProvider provider, ReplicaSet? before, TimeProvider time, ILogger logger)
    {
        Provider = provider;
        Places = before?.Places ?? new AnswerPlaces();
        Replicas =
        [
            .. provider.Addresses.Distinct().Select(address =>
                before?.Replicas.FirstOrDefault(replica => replica.Address == address) ?? new Replica(provider.Name, address, time, logger)),
        ];
    }

    /// <summary>Whose replicas.</summary>
    public ModelProvider Provider { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Replica> Replicas { get; }

    /// <summary>Which of them keeps which response.</summary>
    public AnswerPlaces Places { get; }

    /// <summary>Whether there is a choice: one address alone is asked whatever it said before.</summary>
    public bool HasChoice => Replicas.Count > 1;

    /// <summary>
    /// The replica to ask, which the request has then entered. Those that are up, as <see cref="ReplicaChoice"/> says; when all are down,
    /// one of them, for it may have come back. Null when those that are left are full or have been asked.
    /// </summary>
    /// <param name="key">What the request has in common with others; null for nothing.</param>
    /// <param name="place">The hash of the replica that keeps what the request goes on with; null when it does not matter.</param>
    /// <param name="asked">Those that have been asked.</param>
    public Replica? Take(ulong? key, ulong? place, IReadOnlyCollection<Replica> asked)
    {
        Replica? chosen = Choose(key, place, asked);
        chosen?.Enter();
        return chosen;
    }

    /// <summary>
    /// The replica at an address, whatever it is like, which the request has then entered; null when it has been asked, or there is none there
    /// any more.
    /// </summary>
    /// <param name="place">The hash of the address.</param>
    /// <param name="asked">Those that have been asked.</param>
    public Replica? TakeAt(ulong place, IReadOnlyCollection<Replica> asked)
    {
        Replica? found = asked.Count == 0 ? Replicas.FirstOrDefault(replica => replica.Hash == place) : null;
        found?.Enter();
        return found;
    }

    /// <summary>The shortest time after which a full replica may have room; null when none is full.</summary>
    public TimeSpan? ShortestWait()
    {
        TimeSpan[] waits = [.. Replicas.Select(replica => replica.Wait).Where(wait => wait > TimeSpan.Zero)];
        return waits.Length > 0 ? waits.Min() : null;
    }

    private Replica? Choose(ulong? key, ulong? place, IReadOnlyCollection<Replica> asked)
    {
        if (!HasChoice)
            return asked.Count == 0 ? Replicas[0] : null;
        var left = new List<Replica>(Replicas.Count);
        Replica? down = null;
        foreach (Replica replica in Replicas)
        {
            if (asked.Contains(replica))
                continue;
            switch (replica.Status.State)
            {
                case ReplicaState.Up:
                    left.Add(replica);
                    break;
                case ReplicaState.Down:
                    down ??= replica;
                    break;
            }
        }

        if (left.Count == 0)
            return ShortestWait() is null && asked.All(replica => replica.Status.State != ReplicaState.Down) ? down : null;
        if (place is { } kept && left.Find(replica => replica.Hash == kept) is { } keeper)
            return keeper;
        Span<ReplicaLoad> loads = stackalloc ReplicaLoad[left.Count];
        for (int index = 0; index < loads.Length; index++)
            loads[index] = new ReplicaLoad(left[index].Hash, left[index].UnderWay);
        return left[ReplicaChoice.Pick(loads, key, Random.Shared)];
    }
}
