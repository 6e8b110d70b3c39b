using System.Text.Json.Serialization;
using Ingot.Cli.Output;

namespace Ingot.Cli.Client;

/// <summary>What the command line reads of <c>GET /openai/status</c>.</summary>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Version">Its version.</param>
/// <param name="ModelDirPath">Where it keeps models.</param>
internal sealed record StatusReply(
    [property: JsonPropertyName("pid")] int ProcessId,
    [property: JsonPropertyName("version")] string? Version,
    [property: JsonPropertyName("modelDirPath")] string? ModelDirPath);

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
[JsonSerializable(typeof(IReadOnlyList<LoadedFacts>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<ReplicaFacts>))]
[JsonSerializable(typeof(ErrorReply))]
internal sealed partial class ServiceReplies : JsonSerializerContext;
