using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingot.Server.Tests.Callers;

/// <summary>An identity provider of this test: tells of itself and its keys over HTTP, and makes any token that is asked for, sound or not.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    private readonly WebApplication _application;
    private ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private string _keyId = "key-1";
    private int _keyRequests;

    private IdentityProvider()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _application = builder.Build();
        _application.Urls.Add("http://127.0.0.1:0");
        _application.MapGet("/.well-known/openid-configuration", () => Results.Text(Metadata, "application/json"));
        _application.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _keyRequests);
            return Results.Text(KeySet, "application/json");
        });
    }

    /// <summary>Its address, which is what its tokens say, too.</summary>
    public string Issuer => _application.Urls.First();

    /// <summary>How often its keys were asked for.</summary>
    public int KeyRequests => Volatile.Read(ref _keyRequests);

    /// <summary>An RSA key it has besides.</summary>
    public RSA Rsa { get; } = RSA.Create(2048);

    /// <summary>Where it says that its keys are; its own place unless a test says otherwise.</summary>
    public string? KeyAddress { get; set; }

    /// <summary>Its public keys.</summary>
    public string KeySet
    {
        get
        {
            ECParameters point = _key.ExportParameters(includePrivateParameters: false);
            RSAParameters number = Rsa.ExportParameters(includePrivateParameters: false);
            return JsonSerializer.Serialize(new
            {
                keys = new object[]
                {
                    new { kty = "EC", crv = "P-256", kid = _keyId, use = "sig", x = Base64Url.EncodeToString(point.Q.X), y = Base64Url.EncodeToString(point.Q.Y) },
                    new { kty = "RSA", kid = "rsa", use = "sig", n = Base64Url.EncodeToString(number.Modulus), e = Base64Url.EncodeToString(number.Exponent) },
                },
            });
        }
    }

    private string Metadata => JsonSerializer.Serialize(new { issuer = Issuer, jwks_uri = KeyAddress ?? $"{Issuer}/keys", id_token_signing_alg_values_supported = new[] { "ES256" } });

    /// <summary>Starts one.</summary>
    public static async Task<IdentityProvider> StartAsync()
    {
        var provider = new IdentityProvider();
        await provider._application.StartAsync();
        return provider;
    }

    /// <summary>Takes another key from now on, and forgets the old one.</summary>
    public void Rotate()
    {
        _key.Dispose();
        (_key, _keyId) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), $"key-{Guid.NewGuid():N}");
    }

    /// <summary>The claims of a sound token.</summary>
    public JsonObject Claims(TimeProvider time, string subject = "somebody") => new()
    {
        ["iss"] = Issuer,
        ["aud"] = "https://cognitiveservices.azure.com",
        ["sub"] = subject,
        ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["nbf"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = time.GetUtcNow().ToUnixTimeSeconds() + 3600,
    };

    /// <summary>A token with these claims.</summary>
    public string Sign(JsonObject claims, string algorithm = "ES256", string? keyId = null)
    {
        string text = $"{Encode(new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = keyId ?? (algorithm[0] == 'E' ? _keyId : "rsa") })}.{Encode(claims)}";
        byte[] data = Encoding.ASCII.GetBytes(text);
        byte[] signature = algorithm switch
        {
            "ES256" => _key.SignData(data, HashAlgorithmName.SHA256),
            "RS256" => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS384" => Rsa.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()), data),
            "none" => [],
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "is not known here"),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A part of a token.</summary>
    public static string Encode(JsonNode part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _key.Dispose();
        Rsa.Dispose();
    }
}
