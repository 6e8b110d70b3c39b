using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace Ingot.Server.Security.Tokens;

/// <summary>Who was recognised by a token: the subject of its issuer.</summary>
internal sealed class TokenIdentity : ClaimsIdentity
{
    private readonly IReadOnlyList<string> _scopes;

    private TokenIdentity(string name, IReadOnlyList<string> scopes)
        : base([new Claim(DefaultNameClaimType, name)], "Token") => _scopes = scopes;

    /// <summary>The identity a valid token tells of; null when it does not say whose it is.</summary>
    /// <param name="principal">The token's claims, by their own names.</param>
    public static TokenIdentity? Of(ClaimsPrincipal principal)
    {
        if (principal.FindAll("sub").ToArray() is not [{ Value: { Length: > 0 } subject, Issuer: var issuer }])
            return null;

        // What is kept for a person names nobody.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}"));
        return new TokenIdentity(
            $"token:{Convert.ToHexStringLower(hash.AsSpan(0, 16))}",
            [.. principal.Claims.Where(claim => claim.Type is "scp" or "scope" or "roles").SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))]);
    }

    /// <summary>Whether the token has one of these scopes or roles; true when none is wanted.</summary>
    public bool HasAny(IReadOnlyList<string> wanted) => wanted.Count == 0 || wanted.Any(scope => _scopes.Contains(scope, StringComparer.Ordinal));
}
