using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Microsoft.AI.Foundry.Local.Service;

/// <summary>The service's REST API.</summary>
internal sealed partial class ServiceClient : IDisposable
{
    // Downloads take their time.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    private readonly HttpClient _http;

    /// <summary>The key for a service that demands one; null for none.</summary>
    public static string? Key => Environment.GetEnvironmentVariable("INGOT_API_KEY")?.Trim() is { Length: > 0 } key ? key : null;

    /// <param name="address">Where the service listens.</param>
    public ServiceClient(Uri address)
    {
        Address = address;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !address.IsLoopback }) { BaseAddress = address, Timeout = Patience };
        if (Key is { } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Where the service listens.</summary>
    public Uri Address { get; }

    /// <summary>All models the service knows.</summary>
    public Task<List<ModelInfo>> ListCatalogAsync(CancellationToken ct) => GetAsync("foundry/list", ServiceJson.Default.ListModelInfo, ct);

    /// <summary>The ids of models on this machine.</summary>
    public Task<List<string>> ListCachedAsync(CancellationToken ct) => GetAsync("openai/models", ServiceJson.Default.ListString, ct);

    /// <summary>The ids of models in memory.</summary>
    public Task<List<string>> ListLoadedAsync(CancellationToken ct) => GetAsync("openai/loadedmodels", ServiceJson.Default.ListString, ct);

    /// <summary>Where models are kept.</summary>
    public async Task<string> GetCacheLocationAsync(CancellationToken ct) => (await GetAsync("openai/status", ServiceJson.Default.StatusReply, ct)).ModelDirPath;

    /// <summary>Brings a model into memory.</summary>
    public async Task LoadAsync(string id, TimeSpan timeout, CancellationToken ct) =>
        (await SendAsync(new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"openai/load/{Uri.EscapeDataString(id)}?timeout={(long)timeout.TotalSeconds}")), ct)).Dispose();

    /// <summary>Takes a model out of memory.</summary>
    public async Task UnloadAsync(string id, bool force, CancellationToken ct) =>
        (await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"openai/unload/{Uri.EscapeDataString(id)}?force={(force ? "true" : "false")}"), ct)).Dispose();

    /// <summary>Downloads a model and tells how far it is, from 0 to 100.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had; the message says why.</exception>
    public async IAsyncEnumerable<double> DownloadAsync(ModelInfo model, string? token, [EnumeratorCancellation] CancellationToken ct)
    {
        // Foundry Local's services want the kind of place spelt so.
        string provider = model.ProviderType.EndsWith("Local", StringComparison.Ordinal) ? model.ProviderType : model.ProviderType + "Local";
        var wish = new DownloadWish(new DownloadModel(model.ModelId, model.Uri, provider), token, IgnorePipeReport: true);
        var request = new HttpRequestMessage(HttpMethod.Post, "openai/download") { Content = ToContent(wish) };
        using HttpResponseMessage response = await SendAsync(request, ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        DownloadReply? reply = null;
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            if (Percentage().Match(line) is { Success: true } found)
                yield return double.Parse(found.Groups["percent"].Value, CultureInfo.InvariantCulture);
            else if (line.StartsWith('{'))
                reply = JsonSerializer.Deserialize(line, ServiceJson.Default.DownloadReply);
        }

        if (reply is not { Success: true })
            throw new InvalidOperationException(reply?.ErrorMessage ?? $"The service at {Address} broke off the download of {model.ModelId}.");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static ByteArrayContent ToContent(DownloadWish wish)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(wish, ServiceJson.Default.DownloadWish));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), ct);
        await using Stream stream = await response.Content.ReadAsStreamAsync(ct);
        return await JsonSerializer.DeserializeAsync(stream, type, ct)
            ?? throw new InvalidOperationException($"The service at {Address} answered {path} with nothing.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw new InvalidOperationException(await MessageAsync(response, ct));
        }
    }

    private async Task<string> MessageAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            return body.RootElement.GetProperty("error").GetProperty("message").GetString()!;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"The service at {Address} answered {(int)response.StatusCode} {response.ReasonPhrase}.";
        }
    }

    // Both "Total 45.67% …" and "("file", 0.5) 45.67%".
    [GeneratedRegex(@"(?<percent>\d+(\.\d+)?)%")]
    private static partial Regex Percentage();
}
