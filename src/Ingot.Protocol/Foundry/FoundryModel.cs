using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary>
/// One model of <c>GET /foundry/list</c>, a bare array of these. Names are in camel case. Every documented field is always
/// there and never null: the API's shipped clients refuse the whole list otherwise.
/// </summary>
public sealed record FoundryModel
{
    /// <summary>The model's id, <c>name:version</c>.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The name for people; without a version.</summary>
    [JsonPropertyName("displayName")]
    public required string DisplayName { get; init; }

    /// <summary>Where the model comes from: <c>Local</c>, <c>HuggingFace</c>, <c>AzureFoundry</c>…</summary>
    [JsonPropertyName("providerType")]
    public required string ProviderType { get; init; }

    /// <summary>The model's address in its registry; <c>local://name</c> for folders on this machine.</summary>
    [JsonPropertyName("uri")]
    public required string Uri { get; init; }

    /// <summary>The version, a number as text; <c>0</c> for a model without one.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>The format, such as <c>ONNX</c>.</summary>
    [JsonPropertyName("modelType")]
    public required string ModelType { get; init; }

    /// <summary>Simple prompt texts with <c>{Content}</c> places, for clients that need them. Without any, an empty object.</summary>
    [JsonPropertyName("promptTemplate")]
    public required FoundryPromptTemplate PromptTemplate { get; init; }

    /// <summary>Who published the model; empty when unknown.</summary>
    [JsonPropertyName("publisher")]
    public required string Publisher { get; init; }

    /// <summary>What the model does, such as <c>chat-completion</c> or <c>embeddings</c>.</summary>
    [JsonPropertyName("task")]
    public required string Task { get; init; }

    /// <summary>What the model was made to run on.</summary>
    [JsonPropertyName("runtime")]
    public required FoundryRuntime Runtime { get; init; }

    /// <summary>The size of the files in mebibytes; 0 when unknown.</summary>
    [JsonPropertyName("fileSizeMb")]
    public required int FileSizeMb { get; init; }

    /// <summary>What can be set about the model.</summary>
    [JsonPropertyName("modelSettings")]
    public required FoundryModelSettings ModelSettings { get; init; }

    /// <summary>The name that groups a model's variants.</summary>
    [JsonPropertyName("alias")]
    public required string Alias { get; init; }

    /// <summary>Whether the model is known to call tools.</summary>
    [JsonPropertyName("supportsToolCalling")]
    public required bool SupportsToolCalling { get; init; }

    /// <summary>The license's identifier; empty when unknown.</summary>
    [JsonPropertyName("license")]
    public required string License { get; init; }

    /// <summary>A line on the license; empty when unknown.</summary>
    [JsonPropertyName("licenseDescription")]
    public required string LicenseDescription { get; init; }

    /// <summary>The address of the model this one was made from; empty when unknown.</summary>
    [JsonPropertyName("parentModelUri")]
    public required string ParentModelUri { get; init; }

    /// <summary>The most tokens one answer may have; 0 when unknown.</summary>
    [JsonPropertyName("maxOutputTokens")]
    public required int MaxOutputTokens { get; init; }

    /// <summary>The oldest version of Foundry Local that the publisher names; empty when none.</summary>
    [JsonPropertyName("minFLVersion")]
    public required string MinFLVersion { get; init; }

    /// <summary>The most tokens of prompt and answer together; absent when unknown.</summary>
    [JsonPropertyName("contextLength")]
    public long? ContextLength { get; init; }

    /// <summary>Whether the model's files are on this machine.</summary>
    [JsonPropertyName("cached")]
    public required bool Cached { get; init; }
}

/// <summary>Prompt texts with <c>{Content}</c> places; those that are not known are left out.</summary>
/// <param name="System">Text around a system message.</param>
/// <param name="User">Text around a user message.</param>
/// <param name="Assistant">Text around an assistant message.</param>
/// <param name="Prompt">Text around the last user message, up to where the answer begins.</param>
public sealed record FoundryPromptTemplate(
    [property: JsonPropertyName("system")] string? System,
    [property: JsonPropertyName("user")] string? User,
    [property: JsonPropertyName("assistant")] string? Assistant,
    [property: JsonPropertyName("prompt")] string? Prompt);

/// <summary>What a model was made to run on.</summary>
/// <param name="DeviceType"><c>CPU</c>, <c>GPU</c> or <c>NPU</c>.</param>
/// <param name="ExecutionProvider">ONNX Runtime's name of the execution provider, such as <c>CPUExecutionProvider</c>.</param>
public sealed record FoundryRuntime(
    [property: JsonPropertyName("deviceType")] string DeviceType,
    [property: JsonPropertyName("executionProvider")] string ExecutionProvider);

/// <summary>What can be set about a model.</summary>
/// <param name="Parameters">Defaults of request parameters that the publisher recommends; empty when none.</param>
public sealed record FoundryModelSettings(
    [property: JsonPropertyName("parameters")] IReadOnlyList<FoundryParameter> Parameters);

/// <summary>A recommended default of a request parameter.</summary>
/// <param name="Name">The parameter, such as <c>temperature</c>.</param>
/// <param name="Value">Its value as text; null means no value.</param>
public sealed record FoundryParameter(
    [property: JsonPropertyName("Name")] string Name,
    [property: JsonPropertyName("Value"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Value);
