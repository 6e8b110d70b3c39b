using System.Net;
using System.Net.Http.Headers;
using Ingot.Models.Download;

namespace Ingot.Models.Catalog;

/// <summary>A catalog on a web server, in the shape <see cref="CatalogFileSource"/> reads. The validator of its list saves sending it again.</summary>
/// <param name="url">The address.</param>
/// <param name="copyFolder">The folder where the copy is kept; need not exist.</param>
/// <param name="options">Whether the network may be used, and how patiently. The hub's token is not sent to other servers.</param>
public sealed class HttpCatalogSource(Uri url, string copyFolder, DownloadOptions options)
    : RemoteCatalogSource(SourceClient.Shown(url), new CatalogCopy(url, copyFolder), options, FirstWait)
{
    internal static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(3);

    private protected override async Task<FetchedList?> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        using var response = await Client.GetAsync(url, headers => AddValidator(headers, etag), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        if (!response.IsSuccessStatusCode)
            throw Client.Fault(response, url, null);
        return new FetchedList(await Client.ReadDocumentAsync(response, url, cancellationToken), response.Headers.ETag?.ToString());
    }

    private static void AddValidator(HttpRequestHeaders headers, string? etag)
    {
        if (etag is not null && EntityTagHeaderValue.TryParse(etag, out var validator))
            headers.IfNoneMatch.Add(validator);
    }
}
