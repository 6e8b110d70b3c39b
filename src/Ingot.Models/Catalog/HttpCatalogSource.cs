using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Catalog;

/// <summary>
/// A catalog on a web server, in the shape <see cref="CatalogFileSource"/> reads. The list is kept on the disk with its
/// validator and refreshed in the background: whoever asks gets the copy at once, or waits a moment for the first one.
/// A server that is down or slow costs no more than that moment, and is left alone for a while. Thread-safe.
/// </summary>
public sealed class HttpCatalogSource : ICatalogSource, IDisposable
{
    /// <summary>How long a list is used before the server is asked again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(15);

    /// <summary>How long a server that failed is left alone.</summary>
    public static readonly TimeSpan RestAfterFault = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Uri _url;
    private readonly CatalogCopy _copy;
    private readonly DownloadOptions _options;
    private readonly SourceClient _client;
    private Task? _refresh;
    private long? _refreshed;
    private volatile Known? _known;
    private volatile string? _trouble;

    /// <summary>A catalog at an address; nothing is read yet.</summary>
    /// <param name="url">The address.</param>
    /// <param name="copyFolder">The folder where the copy is kept; need not exist.</param>
    /// <param name="options">Whether the network may be used, and how patiently. The hub's token is not sent to other servers.</param>
    public HttpCatalogSource(Uri url, string copyFolder, DownloadOptions options)
    {
        (_url, _options) = (url, options);
        _copy = new CatalogCopy(url, copyFolder);
        _client = new SourceClient(options);
    }

    /// <inheritdoc/>
    public string Name => SourceClient.Shown(_url);

    /// <inheritdoc/>
    public string? Trouble => _known is null ? null : _trouble;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        _known ??= await ReadCopyAsync(cancellationToken);
        if (!_options.Offline)
        {
            var refresh = StartRefresh();
            if (_known is null)
            {
                await Task.WhenAny(refresh, Task.Delay(FirstWait, _options.Time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return (_known, _options.Offline) switch
        {
            ({ } known, _) => known.Entries,
            (null, true) => [],
            _ => throw new IngotException(ErrorCode.DownloadFailed, _trouble ?? $"{Name} has not answered within {FirstWait.TotalSeconds:0} s."),
        };
    }

    /// <summary>Stops asking.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _client.Dispose();
        _disposed.Dispose();
    }

    private Task StartRefresh()
    {
        lock (_lock)
        {
            if (_refresh is { IsCompleted: false })
                return _refresh;
            var rest = _trouble is null ? FreshFor : RestAfterFault;
            if (_refreshed is { } last && _options.Time.GetElapsedTime(last) < rest)
                return Task.CompletedTask;
            _refreshed = _options.Time.GetTimestamp();
            return _refresh = RefreshAsync(_disposed.Token);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(_url, AddValidator, cancellationToken);
            if (response.StatusCode != System.Net.HttpStatusCode.NotModified)
            {
                if (!response.IsSuccessStatusCode)
                    throw _client.Fault(response, _url, null);
                var body = await _client.ReadDocumentAsync(response, _url, cancellationToken);
                var etag = response.Headers.ETag?.ToString();
                _known = new Known(Parse(body), etag);
                await _copy.WriteAsync(body, etag, cancellationToken);
            }

            _trouble = null;
        }
        catch (Exception exception) when (exception is IngotException or TransientFault or HttpRequestException or JsonException or IOException or UnauthorizedAccessException)
        {
            _trouble = exception is JsonException ? $"{Name} answered with something that is not JSON." : exception.Message;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            _trouble = $"{Name} is not asked any more.";
        }
    }

    private void AddValidator(HttpRequestHeaders headers)
    {
        if (_known?.ETag is { } etag && EntityTagHeaderValue.TryParse(etag, out var validator))
            headers.IfNoneMatch.Add(validator);
    }

    private async Task<Known?> ReadCopyAsync(CancellationToken cancellationToken)
    {
        if (await _copy.ReadAsync(cancellationToken) is not { } copy)
            return null;
        try
        {
            return new Known(Parse(copy.Body), copy.ETag);
        }
        catch (Exception exception) when (exception is IngotException or JsonException)
        {
            return null;
        }
    }

    private IReadOnlyList<ModelEntry> Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
        return CatalogEntryReader.ReadList(document.RootElement, Name, null);
    }

    private sealed record Known(IReadOnlyList<ModelEntry> Entries, string? ETag);
}
