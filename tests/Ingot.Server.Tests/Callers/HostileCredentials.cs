using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ingot.Server.Tests.Callers;

/// <summary>A request's credentials, none of which may let anybody in.</summary>
/// <param name="Name">What is wrong with them.</param>
/// <param name="Headers">The request's header lines, each with its end.</param>
/// <param name="Secrets">What may not be found in the log.</param>
public sealed record HostileCredential(string Name, string Headers, params string[] Secrets)
{
    /// <summary>The path asked for.</summary>
    public string Path { get; init; } = "/v1/models";

    /// <summary>Whether the web server itself may refuse it, before there is anything that could give it the API's form.</summary>
    public bool IsNoHttp { get; init; }
}

/// <summary>Makes credentials that are wrong in many ways, by a seed that stays.</summary>
internal sealed class HostileCredentials(IdentityProvider provider, TimeProvider time, string validKey, string revokedKey)
{
    private readonly Random _random = new(20261122);

    /// <summary>All of them.</summary>
    public IEnumerable<HostileCredential> All() =>
        [.. Algorithms(), .. Claims(), .. Forms(), .. Headers(), .. Payloads(), .. Keys(), .. Doubled(), .. Schemes()];

    private IEnumerable<HostileCredential> Algorithms()
    {
        foreach (string none in new[] { "none", "None", "NONE", "nOnE", "", "null" })
        {
            foreach (string signature in new[] { "", "AAAA", Base64Url.EncodeToString(Bytes(64)) })
                yield return Token($"algorithm '{none}'", $"{IdentityProvider.Encode(new JsonObject { ["alg"] = none, ["typ"] = "JWT" })}.{IdentityProvider.Encode(Sound())}.{signature}");
        }

        byte[][] secrets = [provider.Rsa.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(provider.Rsa.ExportSubjectPublicKeyInfoPem()), Encoding.UTF8.GetBytes(provider.KeySet), [], Encoding.UTF8.GetBytes("secret")];
        foreach (byte[] secret in secrets)
        {
            foreach (string algorithm in new[] { "HS256", "hs256" })
            {
                string text = $"{IdentityProvider.Encode(new JsonObject { ["alg"] = algorithm, ["kid"] = "rsa" })}.{IdentityProvider.Encode(Sound())}";
                yield return Token("a public key as a secret", $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}");
            }
        }
    }

    private IEnumerable<HostileCredential> Claims()
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        string issuer = provider.Issuer;
        foreach (JsonNode? wrong in new JsonNode?[] { issuer + "/", issuer + "x", issuer[..^1], issuer.ToUpperInvariant(), "https://issuer.example", "", null, 7, new JsonArray(issuer) })
            yield return Claim("issuer", "iss", wrong);
        foreach (JsonNode? wrong in new JsonNode?[] { "https://cognitiveservices.azure.com.example", "https://cognitiveservices.azure", "HTTPS://COGNITIVESERVICES.AZURE.COM", "*", "", null, 7, new JsonArray("a", "b"), new JsonArray() })
            yield return Claim("audience", "aud", wrong);
        foreach (JsonNode? wrong in new JsonNode?[] { now - 61, now - 3600, now - _random.Next(100, 100_000), 0, -1, long.MinValue, null, "", "tomorrow", false, new JsonArray(now + 3600), -1e300 })
            yield return Claim("end", "exp", wrong);
        foreach (JsonNode? wrong in new JsonNode?[] { now + 62, now + 3600, now + _random.Next(100, 100_000), 253_402_300_799 })
            yield return Claim("beginning", "nbf", wrong);
        foreach (JsonNode? wrong in new JsonNode?[] { "", null, new JsonArray("a", "b"), new JsonArray() })
            yield return Claim("subject", "sub", wrong);
    }

    private IEnumerable<HostileCredential> Forms()
    {
        string sound = provider.Sign(Sound());
        int[] dots = [sound.IndexOf('.', StringComparison.Ordinal), sound.LastIndexOf('.')];
        for (int i = 0; i < 40; i++)
        {
            // The last letter of a part carries bits that do not count.
            int at;
            do
                at = _random.Next(sound.Length - 1);
            while (sound[at] == '.' || dots.Contains(at + 1));
            char letter = i % 2 == 0 ? "!@#$%*{}\"'\\|^~`"[_random.Next(15)] : (sound[at] == 'A' ? 'B' : 'A');
            yield return Token("a letter of it is another", $"{sound[..at]}{letter}{sound[(at + 1)..]}");
        }

        foreach (string form in new[] { "{0}.{1}", "{0}", "{0}.{1}.{2}.{2}", "{0}.{1}.{2}.{2}.{2}", "..", "...", ".{1}.{2}", "{0}..{2}", "{0}.{1}.", "{1}.{0}.{2}", "{0}.{0}.{2}", " {0}. {1}.{2}", "{0}={1}.{2}.=" })
            yield return Token("its parts are not three", string.Format(null, form, sound.Split('.')));
        foreach (int length in new[] { 16_385, 17_000, 20_000, 24_000, 30_000 })
        {
            JsonObject claims = Sound();
            claims["more"] = new string('x', length * 3 / 4);
            yield return Token("it is huge", provider.Sign(claims));
            yield return new HostileCredential("a huge key", $"api-key: {new string('k', length)}\r\n", new string('k', 64));
        }

        yield return Token("it is larger than all headers may be", new string('a', 40_000) + "." + new string('b', 40_000) + ".c") with { IsNoHttp = true };
    }

    private IEnumerable<HostileCredential> Headers()
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECParameters point = own.ExportParameters(includePrivateParameters: false);
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.Q.X), ["y"] = Base64Url.EncodeToString(point.Q.Y) };
        string certificate = Convert.ToBase64String(Bytes(300));
        (string Name, JsonNode? Value)[] fields =
        [
            ("jwk", jwk), ("jku", "http://127.0.0.1:1/keys"), ("jku", "file:///etc/passwd"), ("x5u", "http://127.0.0.1:1/cert"), ("x5c", new JsonArray(certificate)), ("kid", "../../../../dev/null"),
            ("kid", "' OR 1=1 --"), ("kid", new string('k', 8000)), ("kid", null), ("kid", ""), ("crit", new JsonArray("exp")), ("b64", false), ("cty", "JWT"), ("zip", "DEF"), ("enc", "A256GCM"), ("alg", "ES384"), ("alg", "dir"), ("typ", "at+jwt"),
        ];
        foreach ((string name, JsonNode? value) in fields)
        {
            var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT" };
            header[name] = value;
            string text = $"{IdentityProvider.Encode(header)}.{IdentityProvider.Encode(Sound())}";
            yield return Token($"signed by somebody, with '{name}'", $"{text}.{Base64Url.EncodeToString(own.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}");
        }
    }

    private IEnumerable<HostileCredential> Payloads()
    {
        string header = IdentityProvider.Encode(new JsonObject { ["alg"] = "ES256", ["kid"] = "key-1" });
        string[] texts = ["", "null", "[]", "\"text\"", "7", "{", "{}", new string('[', 5000), string.Concat(Enumerable.Repeat("{\"a\":", 1500)), "{\"exp\":1e400}", "{\"exp\":99999999999999999999}", "{\"sub\":\"a\",\"sub\":\"b\"}", "\uFEFF{}", "{\"sub\":\"\\ud800\"}", "{\"sub\":\"\0\"}"];
        foreach (string text in texts)
            yield return Token("its claims are none", $"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))}.{Base64Url.EncodeToString(Bytes(64))}");
        for (int i = 0; i < 15; i++)
            yield return Token("random bytes", $"{Base64Url.EncodeToString(Bytes(_random.Next(1, 200)))}.{Base64Url.EncodeToString(Bytes(_random.Next(1, 900)))}.{Base64Url.EncodeToString(Bytes(_random.Next(1, 300)))}");
    }

    private IEnumerable<HostileCredential> Keys()
    {
        string head = validKey[..23];
        for (int i = 0; i < 15; i++)
            yield return Key("the id is right, the rest is not", head + Base64Url.EncodeToString(Bytes(32)));
        for (int at = 0; at < validKey.Length; at += 6)
            yield return Key("one letter is another", $"{validKey[..at]}{(validKey[at] == 'a' ? 'b' : 'a')}{validKey[(at + 1)..]}");
        foreach (string wrong in new[] { validKey[..^1], validKey + "A", validKey.ToUpperInvariant(), validKey[..30] + " " + validKey[31..], head, "ingot-", "ingot", "*", "null", "undefined", "sk-" + validKey, validKey + "=", $"\"{validKey}\"", $"{validKey},{validKey}" })
            yield return Key("it is not whole", wrong);
        foreach (string wrong in new[] { "ä", "\u00a0", "%00", "\\0", "\u0080\u00ff" })
            yield return Key("letters of other kinds", validKey + wrong) with { IsNoHttp = true };
        foreach (char control in "\0\u0001\u0007\u007f")
            yield return Key("a control character", validKey[..30] + control + validKey[30..]) with { IsNoHttp = true };
        foreach (string header in new[] { "api-key: {0}\r\n", "Authorization: Bearer {0}\r\n" })
            yield return new HostileCredential("it was revoked", string.Format(null, header, revokedKey), revokedKey[23..]);
    }

    private IEnumerable<HostileCredential> Doubled()
    {
        string token = provider.Sign(Sound());
        string[] valid = [validKey, token];
        foreach (string one in valid)
        {
            foreach (string other in new[] { validKey, token, revokedKey, "x" })
            {
                yield return new HostileCredential("Authorization twice", $"Authorization: Bearer {one}\r\nAuthorization: Bearer {other}\r\n", one[^30..]);
                yield return new HostileCredential("api-key twice", $"api-key: {one}\r\nApi-Key: {other}\r\n", one[^30..]);
                if (one != other)
                    yield return new HostileCredential("both, which differ", $"api-key: {one}\r\nAuthorization: Bearer {other}\r\n", one[^30..]);
            }
        }

        yield return new HostileCredential("a key and another scheme", $"api-key: {validKey}\r\nAuthorization: Basic dTpw\r\n", validKey[^30..]);
    }

    private IEnumerable<HostileCredential> Schemes()
    {
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{validKey}"));
        foreach (string authorization in new[] { "Bearer", "Bearer ", "Bearer\t", $"Basic {basic}", $"Token {validKey}", validKey, $"Bearer: {validKey}", $"BearerX {validKey}", $"Bearer Bearer {validKey}", $"ApiKey {validKey}", $"Bearer {validKey} {validKey}", "Negotiate AAAA", "" })
            yield return new HostileCredential("another scheme", $"Authorization: {authorization}\r\n", validKey[^30..], basic[^30..]);
        foreach (string path in new[] { "/v1/models?api-key={0}", "/v1/models?api_key={0}", "/v1/models?access_token={0}", "/v1/models?code={0}", "/v1/models/{0}" })
            yield return new HostileCredential("in the address", "") { Path = string.Format(null, path, validKey[..23] + Base64Url.EncodeToString(Bytes(32))) };
        foreach (string header in new[] { "Cookie: api-key={0}", "X-Api-Key: {0}", "Ocp-Apim-Subscription-Key: {0}", "Proxy-Authorization: Bearer {0}", "X-Forwarded-Authorization: Bearer {0}" })
            yield return new HostileCredential("in another header", string.Format(null, header, validKey) + "\r\n", validKey[^30..]);
        foreach (string header in new[] { "X-Forwarded-For: 127.0.0.1", "X-Original-URL: /health", "X-Rewrite-URL: /health", "X-HTTP-Method-Override: GET", "Forwarded: for=127.0.0.1" })
            yield return new HostileCredential("none, but a pretext", header + "\r\n");
    }

    private HostileCredential Claim(string what, string name, JsonNode? value)
    {
        JsonObject claims = Sound();
        if (value is null)
            claims.Remove(name);
        else
            claims[name] = value;
        return Token($"{what}: {value?.ToJsonString() ?? "none"}", provider.Sign(claims, _random.Next(2) == 0 ? "ES256" : "RS256"));
    }

    private JsonObject Sound() => provider.Claims(time);

    private static HostileCredential Token(string name, string token) => new(name, $"Authorization: Bearer {token}\r\n", Secret(token));

    private HostileCredential Key(string name, string key) =>
        new(name, _random.Next(2) == 0 ? $"api-key: {key}\r\n" : $"Authorization: Bearer {key}\r\n", Secret(key));

    // Enough of it to be known by; what is shorter is no secret.
    private static string[] Secret(string text) => text.Length < 40 ? [] : [text[^36..], text[..36]];

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
