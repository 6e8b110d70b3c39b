namespace Ingot.Service.Providers;

/// <summary>Whether a replica is given requests.</summary>
public enum ReplicaState
{
    /// <summary>It answers.</summary>
    Up,

    /// <summary>It said that it has no room, and for how long it is not to be asked again.</summary>
    Full,

    /// <summary>It cannot be reached or fails; where there are others, it is looked at from time to time until it answers.</summary>
    Down,
}

/// <summary>One of a provider's addresses, at one moment.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Address">The address.</param>
/// <param name="State">Whether it is given requests.</param>
/// <param name="Reason">Why it is not; null when it is.</param>
/// <param name="UnderWay">Requests it is working on for this service.</param>
/// <param name="Since">Since when it is in this state.</param>
public sealed record ReplicaStatus(string Provider, Uri Address, ReplicaState State, string? Reason, int UnderWay, DateTimeOffset Since);

/// <summary>What a service that hands requests on knows of the addresses it hands them to.</summary>
/// <param name="Read">Reads it: all addresses of all providers that are listed now.</param>
public sealed record ReplicaStates(Func<IReadOnlyList<ReplicaStatus>> Read);
