using Ingot.Protocol.Responses;
using Ingot.Server.Security;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>A request for a response, understood: what the model is asked, and the response as far as it is known before that.</summary>
/// <param name="Turn">What the model is asked.</param>
/// <param name="Response">The response without output.</param>
/// <param name="Input">What the request adds to what was said before.</param>
/// <param name="MayTruncate">Whether the oldest turns may be left out where they do not fit the context.</param>
internal sealed record ResponseDraft(ChatTurn Turn, ResponseObject Response, IReadOnlyList<ResponseItem> Input, bool MayTruncate)
{
    /// <summary>Whose the response is; null where callers are not told apart.</summary>
    public string? Owner { get; init; }

    /// <summary>Where its tokens are counted; null where the caller's are not.</summary>
    public KeyAccount? Account { get; init; }
}
