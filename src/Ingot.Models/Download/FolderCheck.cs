namespace Ingot.Models.Download;

/// <summary>What checking a model's files found.</summary>
/// <param name="IsListed">Whether the folder has a list of hashes to be checked against; folders of other programs have none.</param>
/// <param name="Files">Files checked.</param>
/// <param name="Faults">One sentence for each file that is missing or not what it was; empty when all is well.</param>
public sealed record FolderCheckResult(bool IsListed, int Files, IReadOnlyList<string> Faults);

/// <summary>Checks a model folder in the cache against the list of hashes it came with.</summary>
internal static class FolderCheck
{
    /// <summary>Reads every listed file and compares.</summary>
    internal static async Task<FolderCheckResult> RunAsync(string folder, CancellationToken cancellationToken)
    {
        if (await FolderManifest.ReadAsync(folder, cancellationToken) is not { } manifest)
            return new FolderCheckResult(false, 0, []);
        var faults = new List<string>();
        foreach (var file in manifest.Files)
        {
            if (await FaultAsync(folder, file, cancellationToken) is { } fault)
                faults.Add(fault);
        }

        return new FolderCheckResult(true, manifest.Files.Count, faults);
    }

    private static async Task<string?> FaultAsync(string folder, Catalog.ModelFile file, CancellationToken cancellationToken)
    {
        try
        {
            var path = SafePath.Parse(file.Path, "The file name").In(folder);
            if (!File.Exists(path))
                return $"{file.Path} is missing.";
            if (new FileInfo(path).Length is var length && length != file.Size)
                return $"{file.Path} has {length} bytes instead of {file.Size}.";
            var (_, isRight) = await new FileHash(HashKind.Sha256, file.Sha256.ToLowerInvariant()).CheckAsync(path, cancellationToken);
            return isRight ? null : $"{file.Path} is not what was downloaded: its SHA-256 has changed.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Errors.IngotException)
        {
            return $"{file.Path} cannot be read: {exception.Message}";
        }
    }
}
