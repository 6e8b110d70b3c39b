using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary><c>POST /openai/download</c>. Names are read in any letter case.</summary>
public sealed record ModelDownloadRequest
{
    /// <summary>The model to bring to this machine.</summary>
    [JsonPropertyName("model")]
    public DownloadModel? Model { get; init; }

    /// <summary>An access token for the Hugging Face hub, used for this download only; absent or empty means the service's own, if it has one.</summary>
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    /// <summary>Read and of no effect: progress is always told in the answer.</summary>
    [JsonPropertyName("progressToken")]
    public JsonElement? ProgressToken { get; init; }

    /// <summary>The folder to download to. Only the service's own model folder, or nothing, is accepted.</summary>
    [JsonPropertyName("customDirPath")]
    public string? CustomDirPath { get; init; }

    /// <summary>The size of buffers in kilobytes, 1 or more. Of no effect: Ingot chooses it.</summary>
    [JsonPropertyName("bufferSize")]
    public int? BufferSize { get; init; }

    /// <summary>Of no effect: progress is always told in the answer, whatever is said here.</summary>
    [JsonPropertyName("ignorePipeReport")]
    public bool? IgnorePipeReport { get; init; }
}

/// <summary>Which model to download: by its name in the catalog, its address, or both.</summary>
public sealed record DownloadModel
{
    /// <summary>The model's address as <c>GET /foundry/list</c> gives it; for Hugging Face also <c>owner/name</c> or the page's address.</summary>
    [JsonPropertyName("Uri")]
    public string? Uri { get; init; }

    /// <summary>The model's id, name or alias.</summary>
    [JsonPropertyName("Name")]
    public string? Name { get; init; }

    /// <summary>Where the model comes from, with or without the ending <c>Local</c>. The catalog knows that by itself; <c>HuggingFace</c> says how to read the address of a repository that it does not list.</summary>
    [JsonPropertyName("ProviderType")]
    public string? ProviderType { get; init; }

    /// <summary>The folder inside a Hugging Face repository; absent means its root. Other sources have none.</summary>
    [JsonPropertyName("Path")]
    public string? Path { get; init; }

    /// <summary>Read and of no effect: a model is prompted by its own chat template.</summary>
    [JsonPropertyName("PromptTemplate")]
    public JsonElement? PromptTemplate { get; init; }

    /// <summary>Read and of no effect: the catalog knows the publisher.</summary>
    [JsonPropertyName("Publisher")]
    public string? Publisher { get; init; }
}

/// <summary>The last line of a download's answer. Foundry Local documents these names with a capital first letter and writes them without: both are here.</summary>
/// <param name="Success">Whether the model is on this machine now.</param>
/// <param name="ErrorMessage">Why not; null when it is.</param>
public sealed record DownloadOutcome(
    [property: JsonPropertyName("success")] bool Success,
    [property: JsonPropertyName("errorMessage"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ErrorMessage)
{
    /// <summary>As <c>success</c>.</summary>
    [JsonPropertyName("Success")]
    public bool DocumentedSuccess => Success;

    /// <summary>As <c>errorMessage</c>.</summary>
    [JsonPropertyName("ErrorMessage"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DocumentedErrorMessage => ErrorMessage;
}
