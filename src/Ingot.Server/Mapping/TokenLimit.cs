using Ingot.Errors;
using Ingot.Protocol.Chat;

namespace Ingot.Server.Mapping;

/// <summary>The most tokens of an answer, under that of its three names by which the caller gave it.</summary>
/// <param name="Name">The field that counts; the service's own name for it when none was given.</param>
/// <param name="Value">Its value; null when none was given.</param>
internal readonly record struct TokenLimit(string Name, int? Value)
{
    private const string ServiceName = "max_tokens";

    /// <summary>Reads it; OpenAI's present name counts before the others.</summary>
    /// <exception cref="IngotException">Two names have different values.</exception>
    public static TokenLimit Of(ChatCompletionRequest request)
    {
        TokenLimit[] spellings =
        [
            new("max_completion_tokens", request.MaxCompletionTokens),
            new("max_completion_token", request.MaxCompletionToken),
            new(ServiceName, request.MaxTokens),
        ];
        TokenLimit[] given = Array.FindAll(spellings, spelling => spelling.Value is not null);
        if (Array.Find(given, other => other.Value != given[0].Value) is { Name: { } name })
            throw ChatMapper.Invalid(name, $"must not differ from '{given[0].Name}'");
        return given.Length > 0 ? given[0] : spellings[^1];
    }

    /// <summary>Awaits what the service makes of a request; where that refuses the limit, the refusal names what the caller wrote.</summary>
    public async Task<T> NameAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (IngotException refusal) when (refusal.Param == ServiceName)
        {
            throw new IngotException(refusal.Code, refusal.Message, Name, refusal);
        }
    }
}
