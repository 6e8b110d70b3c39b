using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingot.Cli.Background;
using Ingot.Cli.Output;
using Ingot.Errors;

namespace Ingot.Cli.Client;

/// <summary>Talks to the running service over HTTP.</summary>
internal sealed class ServiceClient : IDisposable
{
    // A machine that computes with all it has answers late; one that cannot spare a moment for half a minute hangs.
    private static readonly TimeSpan QuickTimeout = TimeSpan.FromSeconds(30);

    private readonly ServiceRecord _record;
    private readonly string? _apiKey;
    private HttpClient _http;

    /// <summary>A client of the service that left a note.</summary>
    /// <param name="record">The note.</param>
    /// <param name="apiKey">A key for a service that demands one where there is no pipe; null for none.</param>
    public ServiceClient(ServiceRecord record, string? apiKey = null)
    {
        (_record, _apiKey) = (record, apiKey);
        _http = record.Pipe is null ? Client(record.Endpoint, ServiceConnection.ByAddress(record)) : Client(ServiceConnection.PipeAddress, ServiceConnection.ByPipe(record.Pipe));
    }

    /// <summary>The service's note.</summary>
    public ServiceRecord Record => _record;

    /// <summary>What the service says of itself.</summary>
    public Task<StatusReply> GetStatusAsync(CancellationToken cancellationToken) =>
        GetQuicklyAsync("openai/status", ServiceReplies.Default.StatusReply, cancellationToken);

    /// <summary>The names of the models it can load.</summary>
    public Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellationToken) =>
        GetQuicklyAsync("openai/models", ServiceReplies.Default.IReadOnlyListString, cancellationToken);

    /// <summary>The models in its memory.</summary>
    public Task<IReadOnlyList<LoadedFacts>> ListLoadedAsync(CancellationToken cancellationToken) =>
        GetQuicklyAsync("foundry/ps", ServiceReplies.Default.IReadOnlyListLoadedFacts, cancellationToken);

    /// <summary>What it knows of the addresses of providers.</summary>
    public Task<IReadOnlyList<ReplicaFacts>> ListReplicasAsync(CancellationToken cancellationToken) =>
        GetQuicklyAsync("openai/replicas", ServiceReplies.Default.IReadOnlyListReplicaFacts, cancellationToken);

    /// <summary>Brings a model into memory; takes as long as that takes.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="seconds">How long it stays after its last use; null leaves it to the service.</param>
    /// <param name="pin">Whether it stays until it is unloaded by hand.</param>
    /// <param name="provider">What is to run it; null leaves it to the service.</param>
    /// <param name="runner">Which runner is to; null leaves it to the service.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task LoadAsync(string model, int? seconds, bool pin, string? provider, string? runner, CancellationToken cancellationToken)
    {
        List<string> query = [];
        if (seconds is { } time)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"ttl={time}"));
        if (pin)
            query.Add("unload=false");
        if (provider is not null)
            query.Add($"ep={Uri.EscapeDataString(provider)}");
        if (runner is not null)
            query.Add($"runner={runner}");
        string path = $"openai/load/{Uri.EscapeDataString(model)}{(query.Count > 0 ? $"?{string.Join('&', query)}" : "")}";
        (await SendAsync(HttpMethod.Get, path, cancellationToken)).Dispose();
    }

    /// <summary>Takes a model out of memory.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="force">Whether requests that use it are ended.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task UnloadAsync(string model, bool force, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, $"openai/unload/{Uri.EscapeDataString(model)}{(force ? "?force=true" : "")}", cancellationToken)).Dispose();

    /// <summary>Asks the service to end.</summary>
    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource quick = Quickly(cancellationToken);
        (await SendAsync(HttpMethod.Post, "shutdown", quick.Token)).Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static HttpClient Client(Uri address, SocketsHttpHandler connection) => new(connection)
    {
        BaseAddress = address,
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 16 << 20,
    };

    private static CancellationTokenSource Quickly(CancellationToken cancellationToken)
    {
        var quick = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        quick.CancelAfter(QuickTimeout);
        return quick;
    }

    private async Task<T> GetQuicklyAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using CancellationTokenSource quick = Quickly(cancellationToken);
        try
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, quick.Token);
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(quick.Token), type) ?? throw NotUnderstood(path);
        }
        catch (JsonException)
        {
            throw NotUnderstood(path);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IngotException(ErrorCode.NotReady, $"The service at {_record.Endpoint} did not answer within {QuickTimeout.TotalSeconds:F0} seconds.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendOnceAsync(method, path, cancellationToken);
        }
        catch (IngotException exception) when (_http.BaseAddress == ServiceConnection.PipeAddress && exception.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
        {
            // The pipe's file may be gone while the service lives: somebody cleaned up.
            _http.Dispose();
            _http = Client(_record.Endpoint, ServiceConnection.ByAddress(_record));
            return await SendOnceAsync(method, path, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _record.ShutdownToken);
        else if (_apiKey is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _apiKey);
        try
        {
            HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw await RefusalAsync(response, path, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new IngotException(ErrorCode.NotReady, $"The service at {_record.Endpoint} does not answer: {exception.Message}", null, exception);
        }
    }

    private async Task<IngotException> RefusalAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        try
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (JsonSerializer.Deserialize(body, ServiceReplies.Default.ErrorReply)?.Error is { Message: { Length: > 0 } message } error)
                return new IngotException(CodeOf(error.Code), message);
        }
        catch (JsonException)
        {
            // Not the service's own words; the status has to do.
        }

        return new IngotException(
            ErrorCode.Internal, $"The service at {_record.Endpoint} answered {(int)response.StatusCode} to {path}; 'foundry service restart' starts it anew.");
    }

    private static ErrorCode CodeOf(string? code) =>
        Enum.TryParse(code?.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out ErrorCode known) ? known : ErrorCode.Internal;

    private IngotException NotUnderstood(string path) =>
        new(ErrorCode.Internal, $"The service at {_record.Endpoint} answered {path} in a form this command does not know; 'foundry service restart' starts it anew.");
}
