using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;

/// <summary>What was said in a recording.</summary>
public record AudioCreateTranscriptionResponse : BaseResponse
{
    /// <summary>The words.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; set; }

    /// <summary>What was done: <c>transcribe</c>.</summary>
    [JsonPropertyName("task")]
    public string? Task { get; set; }

    /// <summary>The language spoken.</summary>
    [JsonPropertyName("language")]
    public string? Language { get; set; }

    /// <summary>How long the recording is, in seconds.</summary>
    [JsonPropertyName("duration")]
    public float Duration { get; set; }
}
