using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Protocol.Foundry;
using Ingot.Server.Mapping;
using Ingot.Service;

namespace Ingot.Server.Foundry;

/// <summary>
/// Which model a download asks for. The catalog decides what is fetched from where; the one address a request may name by
/// itself is a repository of the configured Hugging Face hub, so that nobody can send this service to another machine.
/// </summary>
internal static class DownloadChoice
{
    private const string LocalEnding = "Local";
    private const string HuggingFace = "HuggingFace";
    private const int MaxText = 2048;

    /// <summary>Finds the model.</summary>
    /// <param name="model">What the request says.</param>
    /// <param name="services">Whose catalog and hub.</param>
    /// <param name="gone">Gives up.</param>
    /// <exception cref="IngotException">Nothing is named, nobody knows it, or its name is malformed.</exception>
    public static async Task<ModelEntry> FindAsync(DownloadModel? model, IngotServices services, CancellationToken gone)
    {
        if (model is null)
            throw ChatMapper.Missing("model");
        string? name = Text(model.Name, "model.Name");
        string? uri = Text(model.Uri, "model.Uri");
        string? path = Text(model.Path, "model.Path");
        if ((name ?? uri) is not { } named)
            throw ChatMapper.Missing("model.Name");
        bool isOnHub = ProviderOf(Text(model.ProviderType, "model.ProviderType")).Equals(HuggingFace, StringComparison.OrdinalIgnoreCase);
        try
        {
            // The address says more than a name does, which is the caller's own for a repository that no catalog lists.
            if ((HubNameOf(uri, isOnHub, services) ?? HubNameOf(name, isOnHub && uri is null, services)) is { } hubName)
                return await services.Catalog.FindAsync(WithPath(hubName, path), gone);
            if (name is not null && await services.Catalog.FindOrDefaultAsync(name, gone) is { } known)
                return known;
            return uri is not null && (await services.Catalog.ListAsync(gone)).FirstOrDefault(entry => entry.Uri.Equals(uri, StringComparison.OrdinalIgnoreCase)) is { } listed
                ? listed
                : await services.Catalog.FindAsync(named, gone);
        }
        catch (IngotException refusal) when (refusal.Param is null)
        {
            throw new IngotException(refusal.Code, refusal.Message, "model", refusal);
        }
    }

    /// <summary>A provider without the ending that clients put to it: <c>AzureFoundryLocal</c> is <c>AzureFoundry</c>.</summary>
    internal static string ProviderOf(string? provider)
    {
        provider ??= "";
        return provider.Length > LocalEnding.Length && provider.EndsWith(LocalEnding, StringComparison.OrdinalIgnoreCase)
            ? provider[..^LocalEnding.Length]
            : provider;
    }

    /// <summary>The name that the catalog knows a hub's repository by; null for what is none.</summary>
    private static string? HubNameOf(string? text, bool isOnHub, IngotServices services)
    {
        if (text is null)
            return null;
        if (HubReference.IsMeant(text))
            return text;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? page) && page.Scheme is "https" or "http")
            return IsOfHub(page, services) ? OfPage(page) : null;
        return isOnHub && text.Count(c => c == '/') == 1 ? HubReference.Prefix + text : null;
    }

    private static bool IsOfHub(Uri page, IngotServices services) =>
        page.Authority.Equals(DownloadOptions.PublicHub.Authority, StringComparison.OrdinalIgnoreCase)
        || page.Authority.Equals(new Uri(services.Options.HubEndpoint).Authority, StringComparison.OrdinalIgnoreCase);

    // A repository's page, or the page of a folder in it: /owner/name[/tree/revision[/folder]].
    private static string? OfPage(Uri page)
    {
        string[] parts = Uri.UnescapeDataString(page.AbsolutePath).Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [var owner, var name] => $"{HubReference.Prefix}{owner}/{name}",
            [var owner, var name, "tree", "main"] => $"{HubReference.Prefix}{owner}/{name}",
            [var owner, var name, "tree", "main", .. var folder] => $"{HubReference.Prefix}{owner}/{name}:{string.Join('/', folder)}",
            [var owner, var name, "tree", var revision] => $"{HubReference.Prefix}{owner}/{name}@{revision}",
            [var owner, var name, "tree", var revision, .. var folder] => $"{HubReference.Prefix}{owner}/{name}@{revision}:{string.Join('/', folder)}",
            _ => null,
        };
    }

    private static string WithPath(string hubName, string? path)
    {
        if (path is null)
            return hubName;
        string folder = path.Trim('/');
        HubReference reference = HubReference.Parse(hubName);
        if (reference.Path is { } own && own != folder)
            throw ChatMapper.Invalid("model.Path", $"contradicts the folder '{own}' of the model's address");
        return reference.Path is null && folder.Length > 0 ? $"{hubName}:{folder}" : hubName;
    }

    private static string? Text(string? text, string param)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (text.Length > MaxText)
            throw ChatMapper.Invalid(param, $"must have at most {MaxText} characters");
        return text.Any(char.IsControl) ? throw ChatMapper.Invalid(param, "must not hold control characters") : text.Trim();
    }
}
