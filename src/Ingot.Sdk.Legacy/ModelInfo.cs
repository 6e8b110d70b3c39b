using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.AI.Foundry.Local;

/// <summary>The kind of device a variant is made for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceType>))]
public enum DeviceType
{
    /// <summary>The processor.</summary>
    CPU,

    /// <summary>A graphics processor.</summary>
    GPU,

    /// <summary>A neural processor.</summary>
    NPU,

    /// <summary>Not a kind known here.</summary>
    Invalid,
}

/// <summary>Prompt texts with <c>{Content}</c> places.</summary>
public record PromptTemplate
{
    /// <summary>Text around an assistant message.</summary>
    [JsonPropertyName("assistant")]
    public string? Assistant { get; init; }

    /// <summary>Text around a prompt.</summary>
    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }
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

/// <summary>What the publisher recommends.</summary>
public record ModelSettings
{
    /// <summary>Defaults of request parameters, as the catalog has them.</summary>
    [JsonPropertyName("parameters")]
    public List<JsonElement> Parameters { get; init; } = [];
}

/// <summary>What the service says of a variant. Absent texts are empty.</summary>
public record ModelInfo
{
    /// <summary>The variant's id, <c>name:version</c>.</summary>
    [JsonPropertyName("name")]
    public string ModelId { get; init; } = "";

    /// <summary>A name for people.</summary>
    [JsonPropertyName("displayName")]
    public string DisplayName { get; init; } = "";

    /// <summary>The kind of place it comes from.</summary>
    [JsonPropertyName("providerType")]
    public string ProviderType { get; init; } = "";

    /// <summary>Where it comes from.</summary>
    [JsonPropertyName("uri")]
    public string Uri { get; init; } = "";

    /// <summary>The version, as text.</summary>
    [JsonPropertyName("version")]
    public string Version { get; init; } = "";

    /// <summary>The file format; <c>ONNX</c>.</summary>
    [JsonPropertyName("modelType")]
    public string ModelType { get; init; } = "";

    /// <summary>Prompt texts; null when there are none.</summary>
    [JsonPropertyName("promptTemplate")]
    public PromptTemplate? PromptTemplate { get; init; }

    /// <summary>Who publishes it.</summary>
    [JsonPropertyName("publisher")]
    public string Publisher { get; init; } = "";

    /// <summary>What it does: <c>chat-completion</c>.</summary>
    [JsonPropertyName("task")]
    public string Task { get; init; } = "";

    /// <summary>What it runs on.</summary>
    [JsonPropertyName("runtime")]
    public Runtime Runtime { get; init; } = new();

    /// <summary>Its size in mebibytes.</summary>
    [JsonPropertyName("fileSizeMb")]
    public long FileSizeMb { get; init; }

    /// <summary>What the publisher recommends.</summary>
    [JsonPropertyName("modelSettings")]
    public ModelSettings ModelSettings { get; init; } = new();

    /// <summary>The name that groups a model's variants.</summary>
    [JsonPropertyName("alias")]
    public string Alias { get; init; } = "";

    /// <summary>Whether it was trained to call tools.</summary>
    [JsonPropertyName("supportsToolCalling")]
    public bool SupportsToolCalling { get; init; }

    /// <summary>The license's short name.</summary>
    [JsonPropertyName("license")]
    public string License { get; init; } = "";

    /// <summary>The license in words.</summary>
    [JsonPropertyName("licenseDescription")]
    public string LicenseDescription { get; init; } = "";

    /// <summary>The model it was made from.</summary>
    [JsonPropertyName("parentModelUri")]
    public string ParentModelUri { get; init; } = "";

    /// <summary>The most tokens of an answer.</summary>
    [JsonPropertyName("maxOutputTokens")]
    public long MaxOutputTokens { get; init; }

    /// <summary>The oldest Foundry Local that runs it.</summary>
    [JsonPropertyName("minFLVersion")]
    public string MinFLVersion { get; init; } = "";
}

/// <summary>How far a download is, or how it ended.</summary>
/// <param name="Percentage">0 to 100.</param>
/// <param name="IsCompleted">Whether it has ended, well or not.</param>
/// <param name="ModelInfo">The model, when it has ended well.</param>
/// <param name="ErrorMessage">Why it has not, when it has ended badly.</param>
public record ModelDownloadProgress(double Percentage, bool IsCompleted, ModelInfo? ModelInfo, string? ErrorMessage)
{
    /// <summary>One that is under way.</summary>
    public static ModelDownloadProgress Progress(double percentage) => new(percentage, false, null, null);

    /// <summary>One that has ended well.</summary>
    public static ModelDownloadProgress Completed(ModelInfo modelInfo) => new(100, true, modelInfo, null);

    /// <summary>One that has ended badly.</summary>
    public static ModelDownloadProgress Error(string errorMessage) => new(0, true, null, errorMessage);
}
