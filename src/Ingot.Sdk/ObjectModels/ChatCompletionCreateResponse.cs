using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

namespace Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;

/// <summary>An answer, or one piece of a streamed answer.</summary>
public record ChatCompletionCreateResponse
{
    /// <summary><c>chatcmpl-…</c>; the same for all pieces of an answer.</summary>
    public string? Id { get; set; }

    /// <summary>The id of the model that answered.</summary>
    public string? Model { get; set; }

    /// <summary>The choices; in a streamed piece, the one choice that has news.</summary>
    public List<ChatChoiceResponse> Choices { get; set; } = [];

    /// <summary>Token counts; in a stream only in the last piece.</summary>
    public UsageResponse? Usage { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long CreatedAtUnix { get; set; }

    /// <summary>When the answer was begun.</summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeSeconds(CreatedAtUnix);

    /// <summary>Always true: what fails is thrown.</summary>
    public bool Successful => true;
}

/// <summary>Token counts.</summary>
public record UsageResponse
{
    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; set; }

    /// <summary>Tokens generated.</summary>
    public int? CompletionTokens { get; set; }

    /// <summary>The sum.</summary>
    public int TotalTokens { get; set; }
}
