using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary>
/// <c>GET /openai/status</c>. Foundry Local documents these names with a capital first letter and writes them without: both are here.
/// </summary>
/// <param name="Endpoints">The addresses the service listens on.</param>
/// <param name="ModelDirPath">The folder downloaded models are kept in.</param>
/// <param name="PipeName">
/// The local pipe that the service listens on besides, speaking HTTP: a Unix domain socket's path, on Windows a pipe's name. Null when there is none.
/// </param>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Version">Ingot's version.</param>
public sealed record ServiceStatus(
    [property: JsonPropertyName("endpoints")] IReadOnlyList<string> Endpoints,
    [property: JsonPropertyName("modelDirPath")] string ModelDirPath,
    [property: JsonPropertyName("pipeName"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? PipeName,
    [property: JsonPropertyName("pid")] int ProcessId,
    [property: JsonPropertyName("version")] string Version)
{
    /// <summary>As <c>endpoints</c>.</summary>
    [JsonPropertyName("Endpoints")]
    public IReadOnlyList<string> DocumentedEndpoints => Endpoints;

    /// <summary>As <c>modelDirPath</c>.</summary>
    [JsonPropertyName("ModelDirPath")]
    public string DocumentedModelDirPath => ModelDirPath;

    /// <summary>As <c>pipeName</c>.</summary>
    [JsonPropertyName("PipeName"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DocumentedPipeName => PipeName;
}

/// <summary><c>GET /status</c>, as Foundry Local's newer web service gives it.</summary>
/// <param name="ModelCachePath">The folder downloaded models are kept in.</param>
/// <param name="Endpoints">The addresses the service listens on.</param>
/// <param name="ProcessId">The service's process.</param>
public sealed record WebServiceStatus(
    [property: JsonPropertyName("modelCachePath")] string ModelCachePath,
    [property: JsonPropertyName("endpoints")] IReadOnlyList<string> Endpoints,
    [property: JsonPropertyName("pid")] int ProcessId);

/// <summary>What <c>GET /models/load/{name}</c> and <c>GET /models/unload/{name}</c> have done.</summary>
/// <param name="Status"><c>loaded</c>, <c>already_loaded</c>, <c>unloaded</c>, <c>not_loaded</c>, or <c>kept</c> for a model whose time to live still runs.</param>
public sealed record ModelAction(string Status);
