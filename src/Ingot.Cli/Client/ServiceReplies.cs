using System.Text.Json.Serialization;

namespace Ingot.Cli.Client;

/// <summary>What the command line reads of <c>GET /openai/status</c>.</summary>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Version">Its version.</param>
/// <param name="ModelDirPath">Where it keeps models.</param>
internal sealed record StatusReply(
    [property: JsonPropertyName("pid")] int ProcessId,
    [property: JsonPropertyName("version")] string? Version,
    [property: JsonPropertyName("modelDirPath")] string? ModelDirPath);

/// <summary>One model of <c>GET /foundry/ps</c>; times in seconds since 1970 UTC.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Alias">The family's name.</param>
/// <param name="State">What it is doing.</param>
/// <param name="ExecutionProvider">What runs it.</param>
/// <param name="MemoryBytes">Memory it takes.</param>
/// <param name="ActiveRequests">Requests that use it now.</param>
/// <param name="LoadedAt">When it was loaded.</param>
/// <param name="LastUsedAt">When it was last used.</param>
/// <param name="ExpiresAt">When it is unloaded unless it is used before.</param>
/// <param name="Pinned">Whether it stays until it is unloaded by hand.</param>
internal sealed record LoadedReply(
    string Id,
    string? Alias,
    string? State,
    string? ExecutionProvider,
    long? MemoryBytes,
    int ActiveRequests,
    long? LoadedAt,
    long? LastUsedAt,
    long? ExpiresAt,
    bool Pinned);

/// <summary>The body of a refusal.</summary>
/// <param name="Error">The refusal.</param>
internal sealed record ErrorReply(ErrorDetail? Error);

/// <summary>A refusal.</summary>
/// <param name="Message">One sentence.</param>
/// <param name="Code">What kind it is, in snake case.</param>
internal sealed record ErrorDetail(string? Message, string? Code);

/// <summary>JSON of what the service answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(IReadOnlyList<LoadedReply>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(ErrorReply))]
internal sealed partial class ServiceReplies : JsonSerializerContext;
