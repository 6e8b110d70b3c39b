using System.Security.Cryptography;
using System.Text;

namespace Ingot.Service.Callers;

/// <summary>
/// What is kept of a key by which a program may use the service: enough to recognise it, not enough to make it. A salted SHA-256 is
/// enough for that, since a key holds 256 random bits: there is no dictionary to try, so that a slow hash would cost every request
/// something and an attacker nothing.
/// </summary>
/// <param name="Id">What tells it from all others for ever, 16 lower-case hexadecimal digits; part of the key and no secret.</param>
/// <param name="Name">Its name for people, unique among the keys that are valid, letter case aside.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record ApiKey(string Id, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>The length of <see cref="Salt"/> in bytes.</summary>
    internal const int SaltBytes = 16;

    /// <summary>Requests for work that it may make in a minute, 1 or more; null: any number.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Tokens of prompts and answers that it may use in a minute, 1 or more; null: any number.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>The aliases, names or ids of the models it may use; empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Makes equal keys' hashes different.</summary>
    internal byte[] Salt { get; init; } = [];

    /// <summary>The SHA-256 of salt and key.</summary>
    internal byte[] Hash { get; init; } = [];

    /// <summary>Whether this is the key; takes the same time whatever the answer.</summary>
    /// <param name="text">The whole key as a caller sent it.</param>
    public bool Fits(string text) => CryptographicOperations.FixedTimeEquals(HashOf(text, Salt), Hash);

    /// <summary>The SHA-256 of a salt and a key.</summary>
    internal static byte[] HashOf(string text, byte[] salt) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(text)]);
}
