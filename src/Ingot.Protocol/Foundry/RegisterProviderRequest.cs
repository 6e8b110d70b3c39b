using System.Text.Json.Serialization;

namespace Ingot.Protocol.Foundry;

/// <summary><c>POST /openai/register</c>. Names are read in any letter case.</summary>
public sealed record RegisterProviderRequest
{
    /// <summary>The provider's name: 1 to 64 letters, digits, dots, dashes and underscores. One that is known already gets a further model.</summary>
    [JsonPropertyName("TypeName")]
    public string? TypeName { get; init; }

    /// <summary>What the provider calls the model.</summary>
    [JsonPropertyName("ModelName")]
    public string? ModelName { get; init; }

    /// <summary>Where the provider's API begins, such as <c>https://api.example.com/v1</c>.</summary>
    [JsonPropertyName("BaseUri")]
    public string? BaseUri { get; init; }

    /// <summary>What the model is called here; absent means as at the provider.</summary>
    [JsonPropertyName("Alias")]
    public string? Alias { get; init; }

    /// <summary>What lists show as the model's owner; absent means the provider's name.</summary>
    [JsonPropertyName("DisplayName")]
    public string? DisplayName { get; init; }

    /// <summary>The environment variable of the service's process that holds the provider's key. On the local pipe only.</summary>
    [JsonPropertyName("KeyVariable")]
    public string? KeyVariable { get; init; }

    /// <summary>The file that holds the key and nothing else, absolute, readable by the service's user only. On the local pipe only.</summary>
    [JsonPropertyName("KeyFile")]
    public string? KeyFile { get; init; }
}
