using System.Net;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>
/// Models in Hugging Face repositories. The revision is resolved to a commit first, so that a list and its files are of one
/// state; sizes and hashes come from the repository's file list.
/// </summary>
internal sealed class HubProvider(SourceClient client, DownloadOptions options) : IModelProvider
{
    private const int MaxPages = 100;
    private const int FirstAnswerRetries = 2;

    private readonly Retries _retries = new(options, Math.Min(FirstAnswerRetries, options.MaxRetries));

    /// <inheritdoc/>
    public async Task<RemoteListing> ListAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var reference = HubReference.Parse(entry.Uri);
        try
        {
            var commit = await CommitAsync(reference, cancellationToken);
            var tree = await TreeAsync(reference, commit, cancellationToken);
            return HubFiles.Choose(reference, tree, commit, path => Address($"{reference.Owner}/{reference.Name}/resolve/{HttpProvider.Escape(commit)}/{HttpProvider.Escape(path)}"));
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new IngotException(ErrorCode.DownloadFailed, $"The hub {options.HubEndpoint} lists {reference} in a form not known here: {exception.Message}", inner: exception);
        }
    }

    /// <inheritdoc/>
    public Exception? Explain(ModelEntry entry, HttpResponseMessage response) =>
        HubReference.TryParse(entry.Uri, out var reference) ? Explain(reference, response) : null;

    private async Task<string> CommitAsync(HubReference reference, CancellationToken cancellationToken)
    {
        var revision = reference.Revision ?? "main";
        var url = Address($"api/models/{reference.Owner}/{reference.Name}/revision/{Uri.EscapeDataString(revision)}");
        var (document, _) = await AskAsync(reference, url, cancellationToken);
        using (document)
        {
            return document.RootElement.GetProperty("sha").GetString() is { Length: > 0 } commit && commit.All(char.IsAsciiLetterOrDigit)
                ? commit
                : throw new FormatException("'sha' is no commit.");
        }
    }

    private async Task<IReadOnlyList<HubFile>> TreeAsync(HubReference reference, string commit, CancellationToken cancellationToken)
    {
        var files = new List<HubFile>();
        var folder = reference.Path is null ? "" : "/" + HttpProvider.Escape(reference.Path);
        Uri? page = Address($"api/models/{reference.Owner}/{reference.Name}/tree/{commit}{folder}?recursive=true");
        for (var pages = 0; page is not null; pages++)
        {
            if (pages == MaxPages)
                throw new IngotException(ErrorCode.DownloadFailed, $"The repository {reference} has too many files; name the folder of one model: {HubReference.Prefix}owner/name:folder.");
            var (document, next) = await AskAsync(reference, page, cancellationToken);
            using (document)
            {
                foreach (var item in document.RootElement.EnumerateArray())
                {
                    if (item.GetProperty("type").GetString() == "file")
                        files.Add(HubFile.Read(item));
                }
            }

            page = next;
        }

        return files;
    }

    private Task<(JsonDocument Document, Uri? Next)> AskAsync(HubReference reference, Uri url, CancellationToken cancellationToken) =>
        _retries.RunAsync(token => client.GetJsonAsync(url, response => Explain(reference, response), token), cancellationToken);

    private Uri Address(string path) => new(new Uri(options.HubEndpoint.AbsoluteUri.TrimEnd('/') + "/"), path);

    private IngotException? Explain(HubReference reference, HttpResponseMessage response)
    {
        var repository = $"{reference.Owner}/{reference.Name}";
        var page = Address(repository);
        var hasToken = options.HubToken is not null;
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.FirstOrDefault() : null;
        return (code, response.StatusCode) switch
        {
            ("GatedRepo", _) or (not ("RepoNotFound" or "RevisionNotFound" or "EntryNotFound"), HttpStatusCode.Forbidden) => Refusal(ErrorCode.DownloadFailed,
                $"The owner of {repository} gives access on request only: open {page} in a browser, ask for access, "
                + (hasToken
                    ? "and see that the token in use is of that account and may read gated repositories."
                    : "and then give Ingot a token of that account in the environment variable HF_TOKEN.")),
            ("RevisionNotFound", _) => Refusal(ErrorCode.ModelNotFound, $"The repository {page} has no revision '{reference.Revision ?? "main"}'."),
            ("EntryNotFound", _) => Refusal(ErrorCode.ModelNotFound, $"The repository {page} has no folder or file '{reference.Path}' at that revision."),
            ("RepoNotFound", _) or (_, HttpStatusCode.NotFound or HttpStatusCode.Unauthorized) => Refusal(ErrorCode.ModelNotFound,
                $"There is no repository {page}, or it is private: check the spelling"
                + (hasToken ? ", and that the token in use is valid and may read it." : "; a private one needs a token in the environment variable HF_TOKEN.")),
            _ => null,
        };

        static IngotException Refusal(ErrorCode code, string message) => new(code, message, "model");
    }
}
