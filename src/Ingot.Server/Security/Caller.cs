namespace Ingot.Server.Security;

/// <summary>Who asks, as far as what is kept belongs to somebody.</summary>
internal static class Caller
{
    /// <summary>
    /// The name by which what this request keeps is kept for its caller alone: a key's id or a token's subject, each for ever the same.
    /// Null where callers are not told apart: where nobody must show who they are, and on the local pipe.
    /// </summary>
    public static string? Of(HttpContext context) => context.User.Identity is { IsAuthenticated: true } known ? known.Name : null;
}
