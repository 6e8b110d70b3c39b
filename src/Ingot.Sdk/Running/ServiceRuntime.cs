using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingot.Models.Catalog;
using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Embeddings;
using Ingot.Service.Chat;
using Ingot.Service.Embeddings;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>Models in a service that runs elsewhere, driven over HTTP.</summary>
internal sealed class ServiceRuntime : IModelRuntime
{
    private const int LongestMessage = 2000;

    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <param name="address">Where the service listens.</param>
    /// <param name="apiKey">The key that it demands; null where it demands none.</param>
    public ServiceRuntime(Uri address, string? apiKey = null)
    {
        _address = address;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !address.IsLoopback })
        {
            BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority)),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 64 << 20,
        };
        if (apiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListLoadedAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "models/loaded", null, cancellationToken);
        return await ReadAsync(response, WireJson.For<IReadOnlyList<string>>(), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task LoadAsync(ModelEntry model, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, $"models/load/{Uri.EscapeDataString(model.Id)}?unload=false", null, cancellationToken)).Dispose();

    /// <inheritdoc/>
    public async Task UnloadAsync(ModelEntry model, CancellationToken cancellationToken)
    {
        if ((await ListLoadedAsync(cancellationToken)).Contains(model.Id, StringComparer.OrdinalIgnoreCase))
            (await SendAsync(HttpMethod.Get, $"models/unload/{Uri.EscapeDataString(model.Id)}", null, cancellationToken)).Dispose();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatUpdate> AnswerAsync(ChatTurn turn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpContent body = ToContent(ServiceRequests.ToRequest(turn), WireJson.For<ChatCompletionRequest>());
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "v1/chat/completions", body, cancellationToken);
        using var reader = new ServiceStream(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadAsync(cancellationToken) is { } updates)
        {
            foreach (ChatUpdate update in updates)
                yield return update;
        }
    }

    /// <inheritdoc/>
    public async Task<EmbeddingVectors> EmbedAsync(EmbeddingTurn turn, CancellationToken cancellationToken)
    {
        using HttpContent body = ToContent(ServiceRequests.ToRequest(turn), WireJson.For<EmbeddingRequest>());
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "v1/embeddings", body, cancellationToken);
        EmbeddingList made = await ReadAsync(response, WireJson.Lenient<EmbeddingList>(), cancellationToken);
        return new EmbeddingVectors([.. made.Data.OrderBy(one => one.Index).Select(one => one.Embedding.Values)], made.Usage.PromptTokens);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ByteArrayContent ToContent<T>(T request, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new FoundryLocalException($"The service at {_address} answered in a form that is not known here: {exception.Message}", exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new FoundryLocalException($"The service at {_address} does not answer: {exception.Message} Start it, or leave Web.ExternalUrl out to run models in this process.", exception);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new FoundryLocalException($"The service at {_address} refused: {await MessageAsync(response, cancellationToken)}");
    }

    private static async Task<string> MessageAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        return ServiceStream.MessageOf(text) ?? $"{(int)response.StatusCode} {response.ReasonPhrase} {(text.Length > LongestMessage ? text[..LongestMessage] : text)}".TrimEnd();
    }
}
