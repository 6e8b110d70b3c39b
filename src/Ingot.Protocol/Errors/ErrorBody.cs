using System.Text.Json.Serialization;

namespace Ingot.Protocol.Errors;

/// <summary>The body of every answer that is not a success, and of the event that ends a failed stream.</summary>
/// <param name="Error">What went wrong.</param>
public sealed record ErrorBody(ErrorDetail Error);

/// <summary>What went wrong, as OpenAI's clients read it. All four fields are always present.</summary>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Type"><c>invalid_request_error</c> when the caller can mend it, <c>rate_limit_error</c> when waiting mends it, else <c>server_error</c>.</param>
/// <param name="Param">The field at fault (<c>messages[0].role</c>); null when there is none.</param>
/// <param name="Code">A stable word for programs (<c>context_length_exceeded</c>).</param>
public sealed record ErrorDetail(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);
