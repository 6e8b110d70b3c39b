using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>
/// Asks the servers models come from. Follows redirects itself: the access token goes to its own server only, and never
/// from a safe connection to an open one. A server that is silent for too long counts as gone. Proxies are the system's.
/// </summary>
internal sealed class SourceClient : IDisposable
{
    private const int MaxRedirects = 8;
    private const int MaxDocumentBytes = 16 << 20;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    private readonly HttpClient _http;
    private readonly TimeSpan _stallTime;
    private readonly TimeProvider _time;
    private readonly Uri _tokenOwner;
    private readonly string? _token;

    /// <summary>A client with the options' token and patience.</summary>
    internal SourceClient(DownloadOptions options)
    {
        (_stallTime, _time, _tokenOwner, _token) = (options.StallTime, options.Time, options.HubEndpoint, options.HubToken?.Value);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.StallTime,
            UseCookies = false,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Ingot", typeof(SourceClient).Assembly.GetName().Version?.ToString(2)));
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    /// <summary>An address fit for a message: without the query, which may hold a signature.</summary>
    internal static string Shown(Uri url) => url.GetLeftPart(UriPartial.Path);

    /// <summary>Whether the query of an address holds a signature, as blob storage calls it.</summary>
    internal static bool IsSignature(string query) => query.Split('&').Any(part => part.StartsWith("sig=", StringComparison.Ordinal));

    /// <summary>Asks for something and returns when the answer's head is here, whatever its status; redirects are followed.</summary>
    /// <param name="url">What to ask for.</param>
    /// <param name="prepare">Adds headers to each request; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientFault">The server cannot be reached or is silent.</exception>
    /// <exception cref="IngotException"><see cref="ErrorCode.DownloadFailed"/> for a redirect that leads nowhere good.</exception>
    internal async Task<HttpResponseMessage> GetAsync(Uri url, Action<HttpRequestHeaders>? prepare, CancellationToken cancellationToken)
    {
        var target = url;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            if (_token is not null && IsTokenOwner(target))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            prepare?.Invoke(request.Headers);
            var response = await SendAsync(request, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Redirect or HttpStatusCode.RedirectMethod
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return response;
            using (response)
                target = RedirectTarget(target, response.Headers.Location);
        }

        throw new IngotException(ErrorCode.DownloadFailed, $"{Shown(url)} leads through more than {MaxRedirects} redirects.");
    }

    /// <summary>Asks for a JSON document.</summary>
    /// <param name="url">The document.</param>
    /// <param name="explain">Words a refusal better than its status does; null where it cannot.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The document and the address of the next page, when there is one.</returns>
    internal async Task<(JsonDocument Document, Uri? Next)> GetJsonAsync(
        Uri url, Func<HttpResponseMessage, Exception?>? explain, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(url, null, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Fault(response, url, explain);
        return (ParseJson(await ReadDocumentAsync(response, url, cancellationToken), url), NextPage(url, response));
    }

    /// <summary>Sends a JSON document and returns when the answer's head is here, whatever its status; redirects are not followed, and no token is sent.</summary>
    /// <param name="url">Where to send it.</param>
    /// <param name="body">The document.</param>
    /// <param name="prepare">Adds headers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientFault">The server cannot be reached or is silent.</exception>
    internal async Task<HttpResponseMessage> PostJsonAsync(Uri url, byte[] body, Action<HttpRequestHeaders> prepare, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        prepare(request.Headers);
        return await SendAsync(request, cancellationToken);
    }

    /// <summary>Reads JSON that a server sent.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.DownloadFailed"/> when it is none.</exception>
    internal static JsonDocument ParseJson(byte[] body, Uri url)
    {
        try
        {
            return JsonDocument.Parse(body, Json);
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.DownloadFailed, $"{Shown(url)} answered with something that is not JSON.", inner: exception);
        }
    }

    /// <summary>Reads a small answer whole.</summary>
    internal async Task<byte[]> ReadDocumentAsync(HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 << 10];
        while (await ReadAsync(stream, buffer, url, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > MaxDocumentBytes)
                throw new IngotException(ErrorCode.DownloadFailed, $"{Shown(url)} answered with more than {MaxDocumentBytes} bytes where a list was asked for.");
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>Reads some bytes of an answer; 0 at its end.</summary>
    /// <exception cref="TransientFault">The connection broke or is silent.</exception>
    internal async Task<int> ReadAsync(Stream body, Memory<byte> buffer, Uri url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_stallTime);
        try
        {
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(url, exception);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new TransientFault($"{Shown(url)} broke off: {exception.Message}", inner: exception);
        }
    }

    /// <summary>What an answer that is no success means.</summary>
    internal Exception Fault(HttpResponseMessage response, Uri url, Func<HttpResponseMessage, Exception?>? explain)
    {
        var said = $"{Shown(url)} answered {(int)response.StatusCode} {response.ReasonPhrase}.";
        return response.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => new TransientFault(said, RetryAfter(response)),
            _ => explain?.Invoke(response) ?? new IngotException(ErrorCode.DownloadFailed, said),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_stallTime);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(request.RequestUri!, exception);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new IngotException(ErrorCode.DownloadFailed,
                $"No safe connection to {Shown(request.RequestUri!)}: {(exception.InnerException ?? exception).Message} A proxy that opens connections needs its certificate trusted by this system.",
                inner: exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new TransientFault($"{Shown(request.RequestUri!)} cannot be reached: {exception.Message.TrimEnd('.')}.", inner: exception);
        }
    }

    private TransientFault Silent(Uri url, Exception exception) => new($"{Shown(url)} was silent for {_stallTime.TotalSeconds:0.#} s.", inner: exception);

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private bool IsTokenOwner(Uri url) => IsSameServer(url, _tokenOwner);

    private static bool IsSameServer(Uri left, Uri right) =>
        Uri.Compare(left, right, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    // Blob storage sends everything from where it was asked for.
    private static bool IsSigned(Uri url) => url.Query.Length > 1 && IsSignature(url.Query[1..]);

    private static Uri RedirectTarget(Uri from, Uri? location)
    {
        if (location is null)
            throw new IngotException(ErrorCode.DownloadFailed, $"{Shown(from)} redirects without saying where to.");
        var target = new Uri(from, location);
        if (target.Scheme != Uri.UriSchemeHttps && (target.Scheme != Uri.UriSchemeHttp || from.Scheme == Uri.UriSchemeHttps))
            throw new IngotException(ErrorCode.DownloadFailed, $"{Shown(from)} redirects to {Shown(target)}, which is no safe connection.");
        if (IsSigned(from) && !IsSameServer(from, target))
            throw new IngotException(ErrorCode.DownloadFailed, $"{Shown(from)} redirects to another server, {Shown(target)}, which a signed address must not.");
        return target;
    }

    // Only the server itself may continue its list.
    private static Uri? NextPage(Uri url, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
            return null;
        foreach (var link in links.SelectMany(value => value.Split(',')))
        {
            var (open, close) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
            if (open >= 0 && close > open && link[close..].Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase)
                && Uri.TryCreate(url, link[(open + 1)..close], out var next)
                && IsSameServer(next, url))
                return next;
        }

        return null;
    }
}
