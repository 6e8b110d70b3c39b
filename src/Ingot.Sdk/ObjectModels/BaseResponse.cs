using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;

/// <summary>What all answers share.</summary>
public record BaseResponse
{
    /// <summary>The wire's name for this kind of answer.</summary>
    [JsonPropertyName("object")]
    public string? ObjectTypeName { get; set; }

    /// <summary>Always true here: what fails is thrown.</summary>
    [JsonIgnore]
    public bool Successful => Error is null;

    /// <summary>Always null here: what fails is thrown.</summary>
    [JsonPropertyName("error")]
    public Error? Error { get; set; }
}

/// <summary>What went wrong.</summary>
public class Error
{
    /// <summary>The kind of fault.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; set; }

    /// <summary>The field at fault.</summary>
    [JsonPropertyName("param")]
    public string? Param { get; set; }

    /// <summary>The family of faults.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; set; }

    /// <summary>In words.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; set; }
}

/// <summary>Token counts.</summary>
public record UsageResponse
{
    /// <summary>Tokens of the prompt.</summary>
    [JsonPropertyName("prompt_tokens")]
    public int PromptTokens { get; set; }

    /// <summary>Tokens generated; null where nothing is generated.</summary>
    [JsonPropertyName("completion_tokens")]
    public int? CompletionTokens { get; set; }

    /// <summary>The sum.</summary>
    [JsonPropertyName("total_tokens")]
    public int TotalTokens { get; set; }

    /// <summary>How many of the prompt's tokens were known from earlier requests.</summary>
    [JsonPropertyName("prompt_tokens_details")]
    public PromptTokensDetails? PromptTokensDetails { get; set; }

    /// <summary>How many of the generated tokens were thinking.</summary>
    [JsonPropertyName("completion_tokens_details")]
    public CompletionTokensDetails? CompletionTokensDetails { get; set; }
}

/// <summary>More on a prompt's tokens.</summary>
public record PromptTokensDetails
{
    /// <summary>Tokens that need not be computed again.</summary>
    [JsonPropertyName("cached_tokens")]
    public int CachedTokens { get; set; }
}

/// <summary>More on an answer's tokens.</summary>
public record CompletionTokensDetails
{
    /// <summary>Tokens of the thinking before the answer.</summary>
    [JsonPropertyName("reasoning_tokens")]
    public int ReasoningTokens { get; set; }
}
