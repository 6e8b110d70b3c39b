using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary>One address of a provider of models that live elsewhere, one of the array that <c>GET /openai/replicas</c> gives.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Address">The address where its API begins; absent for callers that may use models and no more, as those with a key.</param>
/// <param name="State"><c>up</c>, <c>full</c> (it said so, and is left alone as long as it said) or <c>down</c>.</param>
/// <param name="Reason">Why it is full or down; null when it is up, and for callers that are not told the address.</param>
/// <param name="ActiveRequests">Requests it is working on for this service.</param>
/// <param name="Since">Since when it is in this state, in seconds since 1970 UTC.</param>
public sealed record ReplicaInfo(
    string Provider,
    string? Address,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Reason,
    int ActiveRequests,
    long Since);
