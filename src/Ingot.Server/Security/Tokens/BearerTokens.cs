using Ingot.Errors;
using Ingot.Service;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Ingot.Server.Security.Tokens;

/// <summary>
/// Tokens of an identity provider: signed, with a public key of the issuer's, by one of the algorithms named here, for this service,
/// and valid now. ASP.NET's handler checks them; this says by what rules, and whose they are afterwards.
/// </summary>
internal sealed class BearerTokens
{
    // Asymmetric ones alone: with a secret of both sides' whoever checks a token could make one, and a public key could be taken for the secret.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly IngotOptions _options;
    private readonly TimeProvider _time;
    private readonly IssuerKeyFile? _keys;

    /// <summary>Reads the keys' file, where there is one.</summary>
    /// <param name="options">The options; they name an issuer.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IngotException">There are no keys in that file.</exception>
    public BearerTokens(IngotOptions options, TimeProvider time) =>
        (_options, _time, _keys) = (options, time, options.TokenKeysFile is { } path ? new IssuerKeyFile(path) : null);

    /// <summary>Adds the check to what a server is made of.</summary>
    /// <param name="builder">The server's container.</param>
    public void AddTo(IServiceCollection builder)
    {
        // Without what keeps secrets for cookies in files of its own, of which there are none here.
        builder.AddAuthenticationCore(authentication => authentication.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        builder.AddWebEncoders();
        builder.TryAddSingleton(TimeProvider.System);
        builder.AddSingleton<IssuerDocuments>();
        new AuthenticationBuilder(builder).AddScheme<JwtBearerOptions, JwtBearerHandler>(JwtBearerDefaults.AuthenticationScheme, null, null);
        builder.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IssuerDocuments>(Describe);
    }

    private void Describe(JwtBearerOptions bearer, IssuerDocuments documents)
    {
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.IncludeErrorDetails = false;
        bearer.Events = new JwtBearerEvents { OnMessageReceived = ReceiveAsync, OnAuthenticationFailed = FailAsync, OnTokenValidated = AcceptAsync };
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            ValidAudience = _options.TokenAudience,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (from, until, _, _) => IsCurrent(from, until),
        };
        if (_keys is { } keys)
        {
            bearer.TokenValidationParameters.ValidIssuer = _options.TokenIssuer;
            bearer.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, _, _) => keys.Read();
        }
        else
        {
            string metadata = $"{_options.TokenIssuer!.TrimEnd('/')}/.well-known/openid-configuration";
            bearer.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(metadata, new OpenIdConnectConfigurationRetriever(), documents)
            {
                // A key that the issuer has taken back does not count for another hour.
                UseLastKnownGoodConfiguration = false,
            };
        }
    }

    /// <summary>Whether a token is valid at this time, give or take what clocks may differ.</summary>
    internal bool IsCurrent(DateTime? from, DateTime? until)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        TimeSpan skew = TimeSpan.FromSeconds(_options.TokenClockSkewSeconds);
        return until is { } end && now - skew < end && (from is not { } begin || now + skew >= begin);
    }

    // What is no token may be a key, which is looked at later.
    private static Task ReceiveAsync(MessageReceivedContext context)
    {
        context.Token = Credential.TokenOf(context.Request.Headers);
        if (context.Token is null)
            context.NoResult();
        return Task.CompletedTask;
    }

    // Whatever went wrong, also while the issuer was asked: the token is not accepted.
    private static Task FailAsync(AuthenticationFailedContext context)
    {
        context.Fail(context.Exception);
        return Task.CompletedTask;
    }

    private static Task AcceptAsync(TokenValidatedContext context)
    {
        if (TokenIdentity.Of(context.Principal!) is { } identity)
            context.Principal = new System.Security.Claims.ClaimsPrincipal(identity);
        else
            context.Fail("The token has no subject.");
        return Task.CompletedTask;
    }
}
