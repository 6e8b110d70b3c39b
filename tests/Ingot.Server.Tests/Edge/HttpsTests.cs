using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Server.Certificates;
using Ingot.Service;
using Ingot.Service.Tests;

namespace Ingot.Server.Tests.Edge;

/// <summary>The service behind <c>https</c> addresses.</summary>
public sealed class HttpsTests
{
    [Fact]
    public async Task Without_a_named_certificate_it_shows_its_own_and_says_which()
    {
        await using TestService service = await StartAsync("https://127.0.0.1:0");
        (string fingerprint, _) = new OwnCertificate(service.Home, service.Time).Ensure();
        using HttpClient client = SecureService.ClientTrusting(fingerprint);

        Assert.Equal(fingerprint, service.Server.CertificateFingerprint);
        Assert.StartsWith("https://127.0.0.1:", service.Url, StringComparison.Ordinal);
        JsonElement answer = await client.GetFromJsonAsync<JsonElement>($"{service.Url}/health");
        Assert.Equal("ok", answer.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_client_that_knows_another_certificate_hears_nothing()
    {
        await using TestService service = await StartAsync("https://127.0.0.1:0");
        using HttpClient client = SecureService.ClientTrusting(new string('0', 64));
        using var unaware = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"{service.Url}/health"));
        await Assert.ThrowsAsync<HttpRequestException>(() => unaware.GetAsync($"{service.Url}/health"));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_stream_is_the_same_by_either_version_of_HTTP(string version)
    {
        await using SecureService secure = await SecureService.StartAsync(_ => "Secret.");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{secure.Url}/v1/chat/completions")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent(TestService.Chat("\"stream\": true"), System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "api-key", secure.Key } },
        };

        using HttpResponseMessage response = await secure.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();

        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal("Secret.", string.Concat(text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("choices"))
            .Where(choices => choices.GetArrayLength() > 0)
            .Select(choices => choices[0].GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString() : "")));
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_and_secure_addresses_stand_beside_each_other()
    {
        await using TestService service = await StartAsync("http://127.0.0.1:0;https://127.0.0.1:0");
        using HttpClient client = SecureService.ClientTrusting(service.Server.CertificateFingerprint!);

        Assert.Equal(["http", "https"], service.Server.Urls.Select(url => new Uri(url).Scheme).Order());
        foreach (string url in service.Server.Urls)
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{url}/health")).StatusCode);
    }

    [Fact]
    public async Task Plain_words_to_a_secure_address_are_not_answered()
    {
        await using TestService service = await StartAsync("https://127.0.0.1:0");

        await Assert.ThrowsAsync<HttpRequestException>(() => service.Client.GetAsync(service.Url.Replace("https:", "http:", StringComparison.Ordinal) + "/health"));
    }

    [Fact]
    public async Task A_service_without_secure_addresses_needs_no_certificate()
    {
        await using TestService service = await StartAsync("http://127.0.0.1:0");

        Assert.Null(service.Server.CertificateFingerprint);
        Assert.False(Directory.Exists(Path.Combine(service.Home, "https")));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0/path")]
    [InlineData("https://user:secret@127.0.0.1:0")]
    [InlineData("https://127.0.0.1:0?a=b")]
    [InlineData("ftp://127.0.0.1:0")]
    public async Task An_address_of_another_form_is_refused(string url)
    {
        IngotException refusal = await Assert.ThrowsAsync<IngotException>(() => StartAsync(url));

        Assert.Contains("not of the form http://host:port or https://host:port", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_keeps_the_service_from_starting()
    {
        IngotException refusal = await Assert.ThrowsAsync<IngotException>(
            () => StartAsync("https://127.0.0.1:0", new IngotOptions { CertificatePath = Path.GetFullPath("no-such.pem") }));

        Assert.Equal(("certificatePath", ErrorCode.InvalidValue), (refusal.Param, refusal.Code));
    }

    private static Task<TestService> StartAsync(string urls, IngotOptions? options = null) =>
        TestService.StartAsync(tiny => tiny.Load(TinyModel.Tokens("Yes")), options, urls: urls);
}
