using System.Text.Json.Serialization;

namespace Microsoft.AI.Foundry.Local.Service;

/// <summary>What of the service's status is read.</summary>
/// <param name="ModelDirPath">Where models are kept.</param>
internal sealed record StatusReply([property: JsonPropertyName("modelDirPath")] string ModelDirPath);

/// <summary>The wish for a download.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Token">The access token to fetch it with; null for none.</param>
/// <param name="IgnorePipeReport">Progress comes with the answer.</param>
internal sealed record DownloadWish(
    [property: JsonPropertyName("model")] DownloadModel Model,
    [property: JsonPropertyName("token"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token,
    [property: JsonPropertyName("ignorePipeReport")] bool IgnorePipeReport);

/// <summary>A model to download.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Uri">Where it comes from.</param>
/// <param name="ProviderType">The kind of place, as downloads spell it.</param>
internal sealed record DownloadModel(
    [property: JsonPropertyName("Name")] string Name,
    [property: JsonPropertyName("Uri")] string Uri,
    [property: JsonPropertyName("ProviderType")] string ProviderType);

/// <summary>How a download ended.</summary>
/// <param name="Success">Whether the model is there.</param>
/// <param name="ErrorMessage">Why not.</param>
internal sealed record DownloadReply(
    [property: JsonPropertyName("success")] bool Success,
    [property: JsonPropertyName("errorMessage")] string? ErrorMessage);

/// <summary>JSON of the service's answers and of what is sent, made at build time.</summary>
[JsonSerializable(typeof(List<ModelInfo>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(DownloadWish))]
[JsonSerializable(typeof(DownloadReply))]
internal sealed partial class ServiceJson : JsonSerializerContext;
