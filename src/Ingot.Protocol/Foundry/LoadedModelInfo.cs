using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary>A model in memory, one of the array that <c>GET /foundry/ps</c> gives. Times are in seconds since 1970 UTC.</summary>
/// <param name="Id">The model, <c>name:version</c>.</param>
/// <param name="Alias">The name that groups a model's variants.</param>
/// <param name="State"><c>loading</c>, <c>loaded</c> or <c>unloading</c>.</param>
/// <param name="ExecutionProvider">ONNX Runtime's name of what computes it, such as <c>CPUExecutionProvider</c>.</param>
/// <param name="MemoryBytes">Bytes of its weights and its key-value cache: estimated while it is being loaded (0 when its files cannot be read), counted from then on.</param>
/// <param name="ActiveRequests">Requests that use it or wait for it.</param>
/// <param name="LoadedAt">When it was loaded; null while it is being loaded.</param>
/// <param name="LastUsedAt">When it was last used; now, while requests use it.</param>
/// <param name="ExpiresAt">When it leaves memory unless it is used until then (while requests use it: if all ended now); null for a model that stays.</param>
/// <param name="Pinned">Whether only a command takes it out of memory.</param>
/// <param name="Runner"><c>ingot</c> (its own executor) or <c>onnxruntime</c>; absent while it is being loaded.</param>
/// <param name="RunnerReason">Why that one, in a sentence; absent while it is being loaded.</param>
/// <param name="AccelerationBytes">
/// Bytes of the 8-bit copies of its weights that steps of many tokens multiply with, counted in <c>memory_bytes</c>; 0 when there are none, absent where that
/// is not asked: while it is being loaded, not of its own executor, or of a model that makes vectors.
/// </param>
/// <param name="AccelerationReason">What is done of that or why nothing is, in a sentence; absent as above.</param>
public sealed record LoadedModelInfo(
    string Id,
    string Alias,
    string State,
    string ExecutionProvider,
    long MemoryBytes,
    int ActiveRequests,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? LoadedAt,
    long LastUsedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? ExpiresAt,
    bool Pinned,
    string? Runner = null,
    string? RunnerReason = null,
    long? AccelerationBytes = null,
    string? AccelerationReason = null);
