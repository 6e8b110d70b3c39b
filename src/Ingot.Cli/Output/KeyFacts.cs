using Ingot.Service.Callers;

namespace Ingot.Cli.Output;

/// <summary>A key that is valid, without what would let anybody use it.</summary>
/// <param name="Id">Its id, which is part of the key.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made, in seconds since 1970 UTC.</param>
/// <param name="RequestsPerMinute">Requests it may make in a minute; null for any number.</param>
/// <param name="TokensPerMinute">Tokens it may use in a minute; null for any number.</param>
/// <param name="Models">The models it may use; empty for all.</param>
internal sealed record KeyFacts(string Id, string Name, long CreatedAt, int? RequestsPerMinute, int? TokensPerMinute, IReadOnlyList<string> Models)
{
    /// <summary>What is known of a key.</summary>
    public static KeyFacts Of(ApiKey key) =>
        new(key.Id, key.Name, key.CreatedAt.ToUnixTimeSeconds(), key.RequestsPerMinute, key.TokensPerMinute, key.Models);
}

/// <summary>A key just made.</summary>
/// <param name="Key">The key itself, shown this once.</param>
/// <param name="Id">As in <see cref="KeyFacts"/>, like the rest.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RequestsPerMinute">Requests in a minute.</param>
/// <param name="TokensPerMinute">Tokens in a minute.</param>
/// <param name="Models">The models it may use.</param>
internal sealed record NewKeyFacts(string Key, string Id, string Name, long CreatedAt, int? RequestsPerMinute, int? TokensPerMinute, IReadOnlyList<string> Models)
{
    /// <summary>What is known of a key, and the key.</summary>
    public static NewKeyFacts Of(ApiKey key, string text) =>
        new(text, key.Id, key.Name, key.CreatedAt.ToUnixTimeSeconds(), key.RequestsPerMinute, key.TokensPerMinute, key.Models);
}
