using System.Text.Json.Serialization;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

namespace Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;

/// <summary>An answer, or one piece of a streamed answer.</summary>
public record ChatCompletionCreateResponse : BaseResponse
{
    /// <summary><c>chatcmpl-…</c>; the same for all pieces of an answer.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    /// <summary>The id of the model that answered.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; set; }

    /// <summary>The choices; in a streamed piece, the one choice that has news.</summary>
    [JsonPropertyName("choices")]
    public List<ChatChoiceResponse> Choices { get; set; } = [];

    /// <summary>Token counts; in a stream only in the last piece.</summary>
    [JsonPropertyName("usage")]
    public UsageResponse? Usage { get; set; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("created")]
    public long CreatedAtUnix { get; set; }

    /// <summary>When the answer was begun.</summary>
    [JsonIgnore]
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeSeconds(CreatedAtUnix);
}
