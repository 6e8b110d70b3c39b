using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>
/// A folder in Azure's blob storage with the signature that opens it for a while. The signature is part of every address
/// that is asked for and of nothing else: it never shows itself in messages, and only the storage server named here gets it.
/// </summary>
internal sealed class SignedFolder
{
    private readonly Uri _container;
    private readonly string _signature;

    private SignedFolder(Uri container, string prefix, string signature) => (_container, Prefix, _signature) = (container, prefix, signature);

    /// <summary>What the names of the folder's blobs begin with; empty or with a <c>/</c> at its end.</summary>
    internal string Prefix { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="address">The address of a container or of a folder in it, with its signature as the query.</param>
    /// <param name="origin">Who gave it, for refusals: "X gives".</param>
    /// <param name="mayBeOpen">Whether it may lead over an unencrypted connection.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.DownloadFailed"/>; the message does not repeat the address.</exception>
    internal static SignedFolder Parse(string address, string origin, bool mayBeOpen)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Query.Length < 2 || url.Fragment.Length > 0)
            throw Refusal("is not the signed address of a storage folder");
        if (url.Scheme != Uri.UriSchemeHttps && (url.Scheme != Uri.UriSchemeHttp || !mayBeOpen))
            throw Refusal("is no safe connection");
        var names = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
            throw Refusal("names no container");
        var prefix = string.Concat(names.Skip(1).Select(name => Uri.UnescapeDataString(name) + "/"));
        return new SignedFolder(new Uri(url, "/" + names[0]), prefix, url.Query[1..]);

        IngotException Refusal(string fault) => new(ErrorCode.DownloadFailed, $"The storage address that {origin} {fault}.");
    }

    /// <summary>Where the folder's blobs are listed.</summary>
    /// <param name="marker">Where the last page said that the next begins; null for the first page.</param>
    internal Uri List(string? marker) => With(_container,
        $"restype=container&comp=list&prefix={Uri.EscapeDataString(Prefix)}{(marker is null ? "" : "&marker=" + Uri.EscapeDataString(marker))}&");

    /// <summary>Where a blob is fetched.</summary>
    /// <param name="name">Its full name in the container.</param>
    internal Uri Blob(string name) => With(new Uri($"{_container.AbsoluteUri}/{HttpProvider.Escape(name)}"), "");

    /// <summary>The address without its signature.</summary>
    public override string ToString() => $"{_container.AbsoluteUri}/{Prefix}";

    private Uri With(Uri url, string query) => new($"{url.AbsoluteUri}?{query}{_signature}");
}
