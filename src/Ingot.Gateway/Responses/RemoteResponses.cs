using System.Text.Json;
using Ingot.Errors;
using Ingot.Service;
using Ingot.Service.Storage;

namespace Ingot.Gateway.Responses;

/// <summary>
/// Which provider keeps which response of whom: remembered beside the answers that are kept here, as long as those. What it says itself
/// stays with the provider. Thread-safe.
/// </summary>
/// <param name="services">Keeps it.</param>
internal sealed class RemoteResponses(IngotServices services)
{
    private const int LongestId = 128;

    /// <summary>Remembers a response. Does its best: where nothing can be kept, its provider alone knows it.</summary>
    /// <param name="owner">Whose it is; null where callers are not told apart.</param>
    /// <param name="id">Its id, as the provider gives it.</param>
    /// <param name="response">Where it is kept.</param>
    public async Task RememberAsync(string? owner, string id, RemoteResponse response)
    {
        if (!IsPossible(id))
            return;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(response, RemoteResponseJson.Default.RemoteResponse);
        try
        {
            await services.Answers.SaveAsync(new StoredDocument(StoredKind.RemoteResponse, KeyOf(owner, id), owner, services.Time.GetUtcNow().ToUnixTimeSeconds(), body), []);
        }
        catch (IngotException)
        {
            // The store has said why in the log.
            return;
        }
    }

    /// <summary>Where a response of this owner is kept; null when it is no provider's, or another's.</summary>
    public async Task<RemoteResponse?> FindAsync(string? owner, string id)
    {
        if (!IsPossible(id) || !services.Answers.IsAvailable)
            return null;
        return await services.Answers.FindAsync(StoredKind.RemoteResponse, owner, KeyOf(owner, id)) is { } document
            ? JsonSerializer.Deserialize(document.Body.Span, RemoteResponseJson.Default.RemoteResponse)
            : null;
    }

    /// <summary>Forgets a response.</summary>
    public Task ForgetAsync(string? owner, string id) => services.Answers.DeleteAsync(StoredKind.RemoteResponse, owner, KeyOf(owner, id));

    /// <summary>The refusal of a response to go on from that is not its caller's, in the words that our own routes have for it.</summary>
    public static IngotException NotFound(string previous) => new(
        ErrorCode.NotFound, $"Previous response with id '{(previous.Length > LongestId ? $"{previous[..LongestId]}…" : previous)}' not found.", "previous_response_id");

    // Providers give ids as they like. Each owner's are apart, from others' and from those made here, so that none can take another's place.
    private static string KeyOf(string? owner, string id) => $"remote:{owner}:{id}";

    private static bool IsPossible(string id) => id.Length is > 0 and <= LongestId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
