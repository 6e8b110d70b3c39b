using System.Security.Claims;
using Ingot.Service.Callers;

namespace Ingot.Server.Security;

/// <summary>A valid key, and what was used with it.</summary>
/// <param name="Key">The key as it is kept.</param>
/// <param name="Account">What was used.</param>
internal sealed record KnownKey(ApiKey Key, KeyAccount Account)
{
    /// <summary>Who asks with it. Shared by its requests; nobody changes it.</summary>
    public ClaimsPrincipal Principal { get; } = new(new KeyIdentity(Key, Account));
}

/// <summary>Who was recognised by a key. The id is the name: it stays, and no later key has it.</summary>
/// <param name="key">The key.</param>
/// <param name="account">What was used with it.</param>
internal sealed class KeyIdentity(ApiKey key, KeyAccount account) : ClaimsIdentity([new Claim(DefaultNameClaimType, $"key:{key.Id}")], "ApiKey")
{
    /// <summary>The key.</summary>
    public ApiKey Key => key;

    /// <summary>What was used with it.</summary>
    public KeyAccount Account => account;

    /// <summary>The key that a request came with; null when it came with none.</summary>
    public static KeyIdentity? Of(HttpContext context) => context.User.Identity as KeyIdentity;
}
