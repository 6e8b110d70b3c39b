using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;

namespace Ingot.Server.Security.Tokens;

/// <summary>Why a token was refused, in words that help its owner and tell nothing of it.</summary>
internal static class TokenFault
{
    /// <summary>Why the request's token was refused.</summary>
    public static string Of(HttpContext context) => context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Failure switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => "it is expired, not valid yet or without an end",
        SecurityTokenInvalidAudienceException => "it was made for another audience",
        SecurityTokenInvalidIssuerException => "it is of another issuer",
        SecurityTokenInvalidAlgorithmException => "it is signed in a way that is not accepted",
        _ => "its form or signature is not accepted",
    };
}
