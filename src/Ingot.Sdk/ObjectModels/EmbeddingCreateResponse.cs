using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;

/// <summary>The vectors of some texts.</summary>
public record EmbeddingCreateResponse : BaseResponse
{
    /// <summary>The id of the model that made them.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; set; }

    /// <summary>One vector a text, in their order.</summary>
    [JsonPropertyName("data")]
    public List<EmbeddingResponse> Data { get; set; } = [];

    /// <summary>Token counts.</summary>
    [JsonPropertyName("usage")]
    public UsageResponse? Usage { get; set; }
}

/// <summary>The vector of one text.</summary>
public record EmbeddingResponse
{
    /// <summary>Which text, from 0.</summary>
    [JsonPropertyName("index")]
    public int? Index { get; set; }

    /// <summary>Its numbers; the vector's length is 1 where the model says so.</summary>
    [JsonPropertyName("embedding")]
    public List<double> Embedding { get; set; } = [];
}
