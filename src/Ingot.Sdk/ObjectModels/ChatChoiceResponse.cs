using System.Text.Json.Serialization;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

namespace Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

/// <summary>One choice of an answer, or a piece of one.</summary>
public record ChatChoiceResponse
{
    /// <summary>0 to the number of choices - 1.</summary>
    [JsonPropertyName("index")]
    public int? Index { get; set; }

    /// <summary>What is said; in a streamed piece, what is new. Calls come whole, in the choice's last piece.</summary>
    [JsonPropertyName("message")]
    public ChatMessage Message { get; set; } = new();

    /// <summary>The wire's name for <see cref="Message"/> in a streamed piece.</summary>
    [JsonIgnore]
    public ChatMessage Delta
    {
        get => Message;
        set => Message = value;
    }

    /// <summary><c>stop</c>, <c>length</c> or <c>tool_calls</c>; null until the choice's last piece.</summary>
    [JsonPropertyName("finish_reason")]
    public string? FinishReason { get; set; }
}
