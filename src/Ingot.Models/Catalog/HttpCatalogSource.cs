using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Models.Download;

namespace Ingot.Models.Catalog;

/// <summary>
/// A catalog on a web server, in the shape <see cref="CatalogFileSource"/> reads. The list is kept on the disk with its
/// validator and refreshed in the background: whoever asks gets the copy at once, or waits a moment for the first one.
/// A server that is down or slow costs no more than that moment, and is left alone for a while. Thread-safe.
/// </summary>
public sealed class HttpCatalogSource : ICatalogSource, IDisposable, IAsyncDisposable
{
    internal static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(3);

    private readonly Uri _url;
    private readonly SourceClient _client;
    private readonly RemoteList _list;

    /// <summary>A catalog at an address; nothing is read yet.</summary>
    /// <param name="url">The address.</param>
    /// <param name="copyFolder">The folder where the copy is kept; need not exist.</param>
    /// <param name="options">Whether the network may be used, and how patiently. The hub's token is not sent to other servers.</param>
    public HttpCatalogSource(Uri url, string copyFolder, DownloadOptions options)
    {
        _url = url;
        _client = new SourceClient(options);
        _list = new RemoteList(Name, new CatalogCopy(url, copyFolder), options, FirstWait, FetchAsync, Parse);
    }

    /// <inheritdoc/>
    public string Name => SourceClient.Shown(_url);

    /// <inheritdoc/>
    public string? Trouble => _list.Trouble;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken) => _list.ListAsync(cancellationToken);

    /// <summary>Stops asking.</summary>
    public void Dispose()
    {
        _list.Dispose();
        _client.Dispose();
    }

    /// <summary>Stops asking, after a moment for what is on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _list.DisposeAsync();
        _client.Dispose();
    }

    private async Task<FetchedList?> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(_url, headers => AddValidator(headers, etag), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        if (!response.IsSuccessStatusCode)
            throw _client.Fault(response, _url, null);
        return new FetchedList(await _client.ReadDocumentAsync(response, _url, cancellationToken), response.Headers.ETag?.ToString());
    }

    private static void AddValidator(HttpRequestHeaders headers, string? etag)
    {
        if (etag is not null && EntityTagHeaderValue.TryParse(etag, out var validator))
            headers.IfNoneMatch.Add(validator);
    }

    private IReadOnlyList<ModelEntry> Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
        return CatalogEntryReader.ReadList(document.RootElement, Name, null);
    }
}
