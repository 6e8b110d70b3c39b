using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>A file as a hub lists it.</summary>
/// <param name="Path">Its path in the repository, not checked yet.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">What its content must be.</param>
internal sealed record HubFile(string Path, long Size, FileHash Hash)
{
    /// <summary>Reads one item of a repository's tree: large files carry their SHA-256, others Git's blob name.</summary>
    internal static HubFile Read(JsonElement item)
    {
        var path = item.GetProperty("path").GetString() ?? throw new FormatException("'path' is null.");
        var isLarge = item.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var source = isLarge ? lfs : item;
        return new HubFile(
            path,
            source.GetProperty("size").GetInt64(),
            FileHash.Parse(isLarge ? HashKind.Sha256 : HashKind.GitBlob, source.GetProperty("oid").GetString() ?? "", $"The hub's hash of '{SafeName.Shown(path)}'"));
    }
}

/// <summary>Chooses which of a repository's files make the model.</summary>
internal static class HubFiles
{
    private const int MaxFiles = 2000;
    private const int MaxNamedFolders = 8;
    private const long MaxTotalBytes = 1L << 42;

    private static readonly string[] CheckpointEndings = [".json", ".safetensors", ".jinja", ".txt", ".model"];

    /// <summary>The files of the ONNX model folder, or of the checkpoint, that a name means.</summary>
    /// <param name="reference">The name.</param>
    /// <param name="tree">Every file of the repository, or of the folder the name says.</param>
    /// <param name="commit">The state they are of.</param>
    /// <param name="address">Where a file of the repository is fetched.</param>
    /// <exception cref="IngotException">There is no model, more than one, or a file name that is refused.</exception>
    internal static RemoteListing Choose(HubReference reference, IReadOnlyList<HubFile> tree, string commit, Func<string, Uri> address)
    {
        var folder = ModelFolder(reference, tree);
        var prefix = folder ?? Prefix(reference.Path);
        var chosen = tree.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal))
            .Where(file => folder is null ? IsOfCheckpoint(file.Path[prefix.Length..]) : IsOfModel(file.Path[prefix.Length..]))
            .ToList();
        if (folder is null && !(Has("config.json") && chosen.Any(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal))))
        {
            throw new IngotException(ErrorCode.ModelUnsupported,
                $"{reference} holds neither an ONNX model folder ({FolderFacts.ConfigFile}) nor a checkpoint (config.json and .safetensors files).", "model");
        }

        if (chosen.Count > MaxFiles || chosen.Any(file => file.Size < 0) || chosen.Sum(file => (decimal)file.Size) > MaxTotalBytes)
            throw new IngotException(ErrorCode.DownloadFailed, $"{reference} lists more than {MaxFiles} files or more bytes than any model has.", "model");
        var files = chosen.Select(file => new RemoteFile(SafePath.Parse(file.Path[prefix.Length..], "The file name"), file.Size, file.Hash, address(file.Path))).ToList();
        return new RemoteListing(files, commit, IsCheckpoint: folder is null);

        bool Has(string name) => chosen.Any(file => file.Path == prefix + name);
    }

    /// <summary>The one folder with an ONNX model, with a <c>/</c> at its end; null when there is none.</summary>
    private static string? ModelFolder(HubReference reference, IReadOnlyList<HubFile> tree)
    {
        var prefix = Prefix(reference.Path);
        var folders = tree.Where(file => file.Path == FolderFacts.ConfigFile || file.Path.EndsWith("/" + FolderFacts.ConfigFile, StringComparison.Ordinal))
            .Select(file => file.Path[..^FolderFacts.ConfigFile.Length])
            .Where(folder => folder.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (folders.Contains(prefix))
            return prefix;
        if (folders.Count <= 1)
            return folders.FirstOrDefault();
        var named = folders.Take(MaxNamedFolders).Select(folder => $"{HubReference.Prefix}{reference.Owner}/{reference.Name}"
            + $"{(reference.Revision is null ? "" : "@" + reference.Revision)}:{SafeName.Shown(folder.TrimEnd('/'))}");
        throw new IngotException(ErrorCode.InvalidValue,
            $"{reference} holds {folders.Count} models; say which: {string.Join(", ", named)}{(folders.Count > MaxNamedFolders ? ", …" : "")}.", "model");
    }

    private static string Prefix(string? path) => path is null ? "" : path + "/";

    // What a source says of itself must not name the model, nor stand for a finished download.
    private static bool IsOfModel(string path) =>
        !path.Contains('/') && !path.StartsWith(".git", StringComparison.Ordinal)
        && path is not (FolderManifest.FileName or FolderManifest.DeclarationFile or FolderFacts.UnfinishedMark)
        && !path.EndsWith(".md", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfCheckpoint(string path) =>
        path == "1_Pooling/config.json"
        || (IsOfModel(path) && CheckpointEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))
            && !path.StartsWith("consolidated", StringComparison.Ordinal));
}
