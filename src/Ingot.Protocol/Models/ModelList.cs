namespace Ingot.Protocol.Models;

/// <summary><c>GET /v1/models</c>.</summary>
/// <param name="Data">One entry for each model variant known to the catalog.</param>
public sealed record ModelList(IReadOnlyList<ModelObject> Data)
{
    /// <summary>Always <c>list</c>.</summary>
    public string Object { get; init; } = "list";
}

/// <summary>One model, as <c>GET /v1/models/{id}</c> gives it.</summary>
/// <param name="Id">The name to put in a request's <c>model</c>: <c>name:version</c>.</param>
/// <param name="Created">When the model was published, in seconds since 1970; 0 when unknown.</param>
/// <param name="OwnedBy">The publisher; of a model that lives elsewhere, its provider.</param>
/// <param name="Parent">The alias that groups a model's variants; of a model that lives elsewhere, its provider's name for it.</param>
/// <param name="ContextLength">The most tokens of prompt and answer together; absent when unknown.</param>
/// <param name="MaxOutputTokens">The most tokens of one answer; absent when unknown.</param>
/// <param name="SupportsToolCalling">Whether the model was trained to call tools; absent when unknown.</param>
/// <param name="Capabilities">
/// What it is for: <c>chat_completion</c>, <c>completion</c>, <c>embeddings</c>, <c>tool_calling</c>, <c>reasoning</c>, and other
/// words of its catalog.
/// </param>
/// <param name="Runner">
/// What computes it or would: <c>ingot</c> (its own executor) or <c>onnxruntime</c>; empty where nothing here runs it; absent for a model that lives elsewhere.
/// </param>
/// <param name="RunnerReason">Why, in a sentence or two; absent for a model that lives elsewhere.</param>
public sealed record ModelObject(
    string Id,
    long Created,
    string OwnedBy,
    string Parent,
    long? ContextLength,
    long? MaxOutputTokens,
    bool? SupportsToolCalling,
    IReadOnlyList<string> Capabilities,
    string? Runner = null,
    string? RunnerReason = null)
{
    /// <summary>Always <c>model</c>.</summary>
    public string Object { get; init; } = "model";
}
