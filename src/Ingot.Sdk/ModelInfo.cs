using System.Text.Json.Serialization;

namespace Microsoft.AI.Foundry.Local;

/// <summary>The kind of device a variant is made for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceType>))]
public enum DeviceType
{
    /// <summary>Not a kind known here.</summary>
    Invalid,

    /// <summary>The processor.</summary>
    CPU,

    /// <summary>A graphics processor.</summary>
    GPU,

    /// <summary>A neural processor.</summary>
    NPU,
}

/// <summary>What a variant runs on.</summary>
public record Runtime
{
    /// <summary>The kind of device.</summary>
    [JsonPropertyName("deviceType")]
    public DeviceType DeviceType { get; init; }

    /// <summary>The execution provider by ONNX Runtime's name.</summary>
    [JsonPropertyName("executionProvider")]
    public string ExecutionProvider { get; init; } = "";
}

/// <summary>Prompt texts with <c>{Content}</c> places, as older catalogs carry them; chat goes by the model's own template.</summary>
public record PromptTemplate
{
    /// <summary>Text around a system message.</summary>
    [JsonPropertyName("system")]
    public string? System { get; init; }

    /// <summary>Text around a user message.</summary>
    [JsonPropertyName("user")]
    public string? User { get; init; }

    /// <summary>Text around an assistant message.</summary>
    [JsonPropertyName("assistant")]
    public string Assistant { get; init; } = "";

    /// <summary>Text around the last user message, up to where the answer starts.</summary>
    [JsonPropertyName("prompt")]
    public string Prompt { get; init; } = "";
}

/// <summary>A default of a request's parameter that the publisher recommends.</summary>
public record Parameter
{
    /// <summary>The parameter, such as <c>temperature</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its value as text; null for none.</summary>
    public string? Value { get; init; }
}

/// <summary>What the publisher recommends.</summary>
public record ModelSettings
{
    /// <summary>Defaults of request parameters.</summary>
    [JsonPropertyName("parameters")]
    public Parameter[]? Parameters { get; init; }
}

/// <summary>What the catalog says of a variant. Absent means the catalog does not say.</summary>
public record ModelInfo
{
    /// <summary><c>name:version</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The name without the version.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The version.</summary>
    [JsonPropertyName("version")]
    public int Version { get; init; }

    /// <summary>The name that groups a model's variants.</summary>
    [JsonPropertyName("alias")]
    public required string Alias { get; init; }

    /// <summary>A name for people.</summary>
    [JsonPropertyName("displayName")]
    public string? DisplayName { get; init; }

    /// <summary>The kind of place it comes from.</summary>
    [JsonPropertyName("providerType")]
    public required string ProviderType { get; init; }

    /// <summary>Where it comes from.</summary>
    [JsonPropertyName("uri")]
    public required string Uri { get; init; }

    /// <summary>The file format; <c>ONNX</c>.</summary>
    [JsonPropertyName("modelType")]
    public required string ModelType { get; init; }

    /// <summary>Prompt texts of older catalogs.</summary>
    [JsonPropertyName("promptTemplate")]
    public PromptTemplate? PromptTemplate { get; init; }

    /// <summary>Who publishes it.</summary>
    [JsonPropertyName("publisher")]
    public string? Publisher { get; init; }

    /// <summary>What the publisher recommends.</summary>
    [JsonPropertyName("modelSettings")]
    public ModelSettings? ModelSettings { get; init; }

    /// <summary>The license's short name.</summary>
    [JsonPropertyName("license")]
    public string? License { get; init; }

    /// <summary>The license in words.</summary>
    [JsonPropertyName("licenseDescription")]
    public string? LicenseDescription { get; init; }

    /// <summary>Whether its files are on this machine.</summary>
    [JsonPropertyName("cached")]
    public bool Cached { get; init; }

    /// <summary>What it does: <c>chat-completion</c>.</summary>
    [JsonPropertyName("task")]
    public string? Task { get; init; }

    /// <summary>What it runs on.</summary>
    [JsonPropertyName("runtime")]
    public Runtime? Runtime { get; init; }

    /// <summary>Its size in mebibytes.</summary>
    [JsonPropertyName("fileSizeMb")]
    public int? FileSizeMb { get; init; }

    /// <summary>Whether it was trained to call tools.</summary>
    [JsonPropertyName("supportsToolCalling")]
    public bool? SupportsToolCalling { get; init; }

    /// <summary>The most tokens of an answer.</summary>
    [JsonPropertyName("maxOutputTokens")]
    public long? MaxOutputTokens { get; init; }

    /// <summary>The oldest Foundry Local that runs it.</summary>
    [JsonPropertyName("minFLVersion")]
    public string? MinFLVersion { get; init; }

    /// <summary>When it was published, in seconds since 1970; 0 when unknown.</summary>
    [JsonPropertyName("createdAt")]
    public long CreatedAtUnix { get; init; }

    /// <summary>The most tokens of prompt and answer together.</summary>
    [JsonPropertyName("contextLength")]
    public long? ContextLength { get; init; }

    /// <summary>What goes in: <c>text</c>.</summary>
    [JsonPropertyName("inputModalities")]
    public string? InputModalities { get; init; }

    /// <summary>What comes out: <c>text</c>.</summary>
    [JsonPropertyName("outputModalities")]
    public string? OutputModalities { get; init; }

    /// <summary>Further abilities, separated by commas.</summary>
    [JsonPropertyName("capabilities")]
    public string? Capabilities { get; init; }
}
