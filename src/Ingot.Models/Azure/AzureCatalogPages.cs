using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>Asks the Azure catalog for the models made for Foundry Local, page after page.</summary>
internal sealed class AzureCatalogPages(SourceClient client, AzureOptions azure)
{
    private const int PageSize = 50;
    private const int MaxPages = 100;
    private const int MaxEntries = 5000;

    /// <summary>The catalog answers only to programs of this name.</summary>
    internal static void AddAgent(HttpRequestHeaders headers)
    {
        headers.UserAgent.Clear();
        headers.UserAgent.Add(new ProductInfoHeaderValue("AzureAiStudio", null));
    }

    /// <summary>Every model of one region's catalog, and a sentence on those that could not be read; null when all could.</summary>
    /// <exception cref="TransientFault">The server is busy, broken or cannot be reached.</exception>
    /// <exception cref="IngotException">It refuses, or answers in a form not known here.</exception>
    internal async Task<(IReadOnlyList<ModelEntry> Entries, string? Note)> ReadAsync(string region, CancellationToken cancellationToken)
    {
        var url = new Uri(new Uri(azure.CatalogEndpoint.AbsoluteUri.TrimEnd('/') + "/"), $"api/{region}/ux/v1.0/entities/crossRegion");
        var entries = new List<ModelEntry>();
        var unread = new List<string>();
        (long? Skip, string? Token) place = default;
        for (var page = 0; ; page++)
        {
            if (page == MaxPages || entries.Count > MaxEntries)
                throw Odd(url, $"does not end after {page} pages");
            var (count, next) = await ReadPageAsync(url, place, entries, unread, cancellationToken);
            if (count == 0 || next == default)
                break;
            if (next == place)
                throw Odd(url, "repeats a page");
            place = next;
        }

        if (unread.Count > 0 && entries.Count == 0)
            throw Odd(url, $"is in a form not known here: {unread[0]}");
        return (entries, unread.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{unread.Count} of {unread.Count + entries.Count} models of {SourceClient.Shown(url)} cannot be read; the first: {unread[0]}"));
    }

    private async Task<(int Count, (long? Skip, string? Token) Next)> ReadPageAsync(
        Uri url, (long? Skip, string? Token) place, List<ModelEntry> entries, List<string> unread, CancellationToken cancellationToken)
    {
        using var response = await client.PostJsonAsync(url, Question(place), AddAgent, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw client.Fault(response, url, null);
        using var document = SourceClient.ParseJson(await client.ReadDocumentAsync(response, url, cancellationToken), url);
        try
        {
            var answer = document.RootElement.GetProperty("indexEntitiesResponse");
            var count = 0;
            foreach (var item in answer.GetProperty("value").EnumerateArray())
            {
                count++;
                try
                {
                    entries.Add(AzureEntryReader.Read(item));
                }
                catch (FormatException exception)
                {
                    unread.Add(exception.Message);
                }
            }

            var token = answer.TryGetProperty("continuationToken", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            var skip = answer.TryGetProperty("nextSkip", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : (long?)null;
            return (count, (skip, string.IsNullOrEmpty(token) ? null : token));
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Odd(url, $"is in a form not known here: {exception.Message}", exception);
        }
    }

    private static byte[] Question((long? Skip, string? Token) place)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("resourceIds");
        json.WriteStartObject();
        json.WriteString("resourceId", "azureml");
        json.WriteString("entityContainerType", "Registry");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("indexEntitiesRequest");
        json.WriteStartArray("filters");
        // No filter by device: what this machine cannot run is listed as such rather than hidden.
        foreach (var (field, value) in (ReadOnlySpan<(string, string)>)[("type", "models"), ("kind", "Versioned"), ("labels", "latest"), ("annotations/tags/foundryLocal", "")])
        {
            json.WriteStartObject();
            json.WriteString("field", field);
            json.WriteString("operator", "eq");
            json.WriteStartArray("values");
            json.WriteStringValue(value);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("pageSize", PageSize);
        if (place.Skip is { } skip)
            json.WriteNumber("skip", skip);
        else
            json.WriteNull("skip");
        json.WriteString("continuationToken", place.Token);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static IngotException Odd(Uri url, string what, Exception? inner = null) =>
        new(ErrorCode.DownloadFailed, $"The list of {SourceClient.Shown(url)} {what}.", inner: inner);
}
