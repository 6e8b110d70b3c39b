using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary><c>GET /openai/status</c>. Foundry Local writes these names in camel case.</summary>
/// <param name="Endpoints">The addresses the service listens on.</param>
/// <param name="ModelDirPath">The folder downloaded models are kept in.</param>
/// <param name="PipeName">Always null: Ingot has no second, private channel. Kept because clients read it.</param>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Version">Ingot's version.</param>
public sealed record ServiceStatus(
    [property: JsonPropertyName("endpoints")] IReadOnlyList<string> Endpoints,
    [property: JsonPropertyName("modelDirPath")] string ModelDirPath,
    [property: JsonPropertyName("pipeName"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? PipeName,
    [property: JsonPropertyName("pid")] int ProcessId,
    [property: JsonPropertyName("version")] string Version);
