using System.Buffers;
using System.Text.Json;
using Ingot.Models.Catalog;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>
/// Foundry Local's own catalog of models on Azure, for every kind of device. The list is kept on the disk and refreshed
/// in the background, as <see cref="HttpCatalogSource"/> does; a region that is down is passed over for another. Thread-safe.
/// </summary>
public sealed class AzureCatalogSource : ICatalogSource, IDisposable, IAsyncDisposable
{
    // Its list comes in several pages, and from far away.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(8);

    private readonly SourceClient _client;
    private readonly AzureRegions _regions;
    private readonly AzureCatalogPages _pages;
    private readonly RemoteList _list;
    private readonly Uri _endpoint;

    /// <summary>The catalog that the options name; nothing is read yet.</summary>
    /// <param name="copyFolder">The folder where the copy is kept; need not exist.</param>
    /// <param name="options">Which catalog, whether the network may be used, and how patiently. No access token is sent.</param>
    public AzureCatalogSource(string copyFolder, DownloadOptions options)
    {
        _endpoint = options.Azure.CatalogEndpoint;
        _client = new SourceClient(options);
        _regions = new AzureRegions(_client, options.Azure);
        _pages = new AzureCatalogPages(_client, options.Azure);
        _list = new RemoteList(Name, new CatalogCopy(new Uri(_endpoint, "azure-catalog"), copyFolder), options, FirstWait, FetchAsync, Parse);
    }

    /// <inheritdoc/>
    public string Name => $"Azure catalog {SourceClient.Shown(_endpoint)}";

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

    // Kept in the shape all other catalogs have: the pages themselves are many times as large.
    private async Task<FetchedList?> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        var (entries, note) = await _regions.TryAsync(_pages.ReadAsync, cancellationToken);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var entry in entries)
                CatalogEntryWriter.Write(json, entry);
            json.WriteEndArray();
        }

        return new FetchedList(buffer.WrittenSpan.ToArray(), null, note);
    }

    private IReadOnlyList<ModelEntry> Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
        return CatalogEntryReader.ReadList(document.RootElement, Name, null);
    }
}
