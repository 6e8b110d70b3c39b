using System.Text.Json.Nodes;
using Ingot.Errors;
using Ingot.Server.Security.Tokens;
using Ingot.Service;
using Ingot.Service.Callers;
using Ingot.Testing;

namespace Ingot.Server.Tests.Callers;

/// <summary>Tokens of an identity provider.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private readonly GuardedService _service = new();
    private readonly TemporaryFolder _folder = new();
    private IdentityProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await IdentityProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS384")]
    public async Task A_sound_token_is_accepted(string algorithm)
    {
        await StartAsync();

        Assert.Equal((200, null), await AskAsync(_provider.Sign(Claims(), algorithm)));
    }

    [Fact]
    public async Task Nothing_and_keys_are_refused_where_tokens_are_demanded()
    {
        string key = await _service.MakeKeyAsync("first");
        await StartAsync(new IngotOptions { Auth = AuthMode.Read("token")! });

        Assert.Equal((401, "invalid_api_key"), await AskAsync(null));
        Assert.Equal((401, "invalid_api_key"), await AskAsync(key));
    }

    [Fact]
    public async Task Keys_and_tokens_may_both_be_accepted()
    {
        string key = await _service.MakeKeyAsync("first");
        await StartAsync();

        Assert.Equal((200, null), await AskAsync(key));
        Assert.Equal((200, null), await AskAsync(_provider.Sign(Claims())));
        Assert.Equal((401, "invalid_api_key"), await AskAsync(null));
    }

    [Fact]
    public async Task A_token_is_valid_from_its_beginning_to_its_end_and_a_minute_more()
    {
        await StartAsync();
        JsonObject claims = Claims();
        claims["nbf"] = _service.Time.GetUtcNow().ToUnixTimeSeconds() + 90;
        claims["exp"] = _service.Time.GetUtcNow().ToUnixTimeSeconds() + 200;
        string token = _provider.Sign(claims);
        var statuses = new List<int>();
        foreach (int seconds in new[] { 29, 1, 229, 1 })
        {
            _service.Time.Advance(TimeSpan.FromSeconds(seconds));
            statuses.Add((await AskAsync(token)).Status);
        }

        Assert.Equal([401, 200, 200, 401], statuses);
    }

    [Theory]
    [InlineData("scp", "read Ingot.Use", 200)]
    [InlineData("scope", "Ingot.Use", 200)]
    [InlineData("roles", """["Other", "Ingot.Admin"]""", 200)]
    [InlineData("roles", """["ingot.use"]""", 403)]
    [InlineData("scp", "Ingot.Used", 403)]
    [InlineData("groups", "Ingot.Use", 403)]
    public async Task One_of_the_scopes_or_roles_that_are_wanted_is_needed(string claim, string value, int expected)
    {
        await StartAsync(new IngotOptions { TokenScopes = ["Ingot.Use", "Ingot.Admin"] });
        JsonObject claims = Claims();
        claims[claim] = value[0] == '[' ? JsonNode.Parse(value) : value;

        using HttpResponseMessage response = await _service.SendAsync(HttpMethod.Get, "/v1/models", _provider.Sign(claims));

        Assert.Equal(expected, (int)response.StatusCode);
        if (expected == 403)
            Assert.Contains("error=\"insufficient_scope\", scope=\"Ingot.Use Ingot.Admin\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_provider_has_changed_is_asked_for()
    {
        await StartAsync();
        string old = _provider.Sign(Claims());
        Assert.Equal(200, (await AskAsync(old)).Status);

        _provider.Rotate();
        string token = _provider.Sign(Claims());

        // The new keys are fetched beside the first request that needs them.
        using var patience = new CancellationTokenSource(Waits.Longest);
        while ((await AskAsync(token)).Status != 200)
            Assert.False(patience.IsCancellationRequested);
        Assert.Equal(401, (await AskAsync(old)).Status);
        int asked = _provider.KeyRequests;
        for (int i = 0; i < 5; i++)
            Assert.Equal(401, (await AskAsync(_provider.Sign(Claims(), keyId: $"no-such-{i}") + "A")).Status);
        Assert.Equal((2, 2), (asked, _provider.KeyRequests));
    }

    [Fact]
    public async Task Keys_in_a_file_need_no_provider_and_are_read_again_when_they_change()
    {
        string file = _folder.Write("keys.json", _provider.KeySet);
        await StartAsync(new IngotOptions { TokenKeysFile = file, TokenIssuer = "https://issuer.invalid/tenant", Offline = true });
        JsonObject claims = Claims();
        claims["iss"] = "https://issuer.invalid/tenant";

        Assert.Equal((200, null), await AskAsync(_provider.Sign(claims)));
        Assert.Equal((401, "invalid_api_key"), await AskAsync(_provider.Sign(Claims())));
        _provider.Rotate();
        string later = _provider.Sign(claims);
        Assert.Equal((401, "invalid_api_key"), await AskAsync(later));
        File.WriteAllText(file, _provider.KeySet);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(5));
        Assert.Equal((200, null), await AskAsync(later));
        Assert.Equal(0, _provider.KeyRequests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"keys": [{"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "kid": "a"}]}""")]
    [InlineData(null)]
    public async Task A_file_without_public_keys_keeps_the_service_from_starting(string? text)
    {
        string file = text is null ? _folder["none.json"] : _folder.Write("keys.json", text);

        IngotException refusal = await Assert.ThrowsAsync<IngotException>(() => StartAsync(new IngotOptions { TokenKeysFile = file }));

        Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        Assert.Contains("tokenKeysFile", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_not_there_lets_nobody_in_and_breaks_nothing()
    {
        string token = _provider.Sign(Claims());
        await StartAsync(new IngotOptions { TokenIssuer = "http://127.0.0.1:1" });

        Assert.Equal((401, "invalid_api_key"), await AskAsync(token));
    }

    [Fact]
    public async Task Keys_are_not_fetched_over_plain_http_from_elsewhere()
    {
        _provider.KeyAddress = "http://192.0.2.1/keys";
        await StartAsync();

        Assert.Equal((401, "invalid_api_key"), await AskAsync(_provider.Sign(Claims())));
        await Assert.ThrowsAsync<IOException>(() => new IssuerDocuments().GetDocumentAsync("http://192.0.2.1/keys", CancellationToken.None));
    }

    [Fact]
    public async Task What_is_kept_belongs_to_the_tokens_subject()
    {
        await StartAsync();
        (string mine, string theirs) = (_provider.Sign(Claims()), _provider.Sign(_provider.Claims(_service.Time, "somebody else")));
        string key = await _service.MakeKeyAsync("first");
        (_, System.Text.Json.JsonElement made) = await _service.AskAsync(HttpMethod.Post, "/v1/responses", mine, """{"model": "tiny", "input": "Hi"}""");
        string path = $"/v1/responses/{made.GetProperty("id").GetString()}";

        JsonObject renewed = Claims();
        renewed["exp"] = _service.Time.GetUtcNow().ToUnixTimeSeconds() + 7200;
        Assert.Equal(404, (await _service.AskAsync(HttpMethod.Get, path, theirs)).Status);
        Assert.Equal(404, (await _service.AskAsync(HttpMethod.Get, path, key)).Status);
        Assert.Equal(200, (await _service.AskAsync(HttpMethod.Get, path, _provider.Sign(renewed))).Status);
    }

    [Theory]
    [InlineData("http://issuer.example")]
    [InlineData("https://user@issuer.example")]
    [InlineData("issuer")]
    [InlineData("ftp://127.0.0.1")]
    public void An_issuer_is_asked_over_https_or_on_this_machine(string issuer)
    {
        IngotException refusal = Assert.Throws<IngotException>(() => new IngotOptions { TokenIssuer = issuer }.Validate());

        Assert.Contains("tokenIssuer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_named()
    {
        Assert.Contains("'tokenIssuer' does not say whose", Mistake(new IngotOptions { Auth = AuthMode.Read("token")! }), StringComparison.Ordinal);
        Assert.Contains("tokenKeysFile", Mistake(new IngotOptions { TokenKeysFile = "/keys" }), StringComparison.Ordinal);
        Assert.Contains("'offline' forbids", Mistake(new IngotOptions { TokenIssuer = "https://issuer.example", Offline = true }), StringComparison.Ordinal);
        Assert.Contains("tokenScopes", Mistake(new IngotOptions { TokenIssuer = "https://issuer.example", TokenScopes = ["a\"b"] }), StringComparison.Ordinal);
        Assert.Contains("tokenClockSkewSeconds", Mistake(new IngotOptions { TokenClockSkewSeconds = 601 }), StringComparison.Ordinal);

        static string Mistake(IngotOptions options) => Assert.Throws<IngotException>(options.Validate).Message;
    }

    private JsonObject Claims() => _provider.Claims(_service.Time);

    private Task StartAsync(IngotOptions? options = null)
    {
        options ??= new IngotOptions();
        return _service.StartAsync(options with { TokenIssuer = options.TokenIssuer ?? _provider.Issuer });
    }

    private async Task<(int Status, string? Code)> AskAsync(string? credential)
    {
        using HttpResponseMessage response = await _service.SendAsync(HttpMethod.Get, "/v1/models", credential);
        Assert.True((int)response.StatusCode < 500, string.Join('\n', _service.Log.Lines.Where(line => line.Contains("Exception", StringComparison.Ordinal))));
        return response.IsSuccessStatusCode ? (200, null) : await GuardedService.ErrorAsync(response);
    }
}
