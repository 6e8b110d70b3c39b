using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Catalog;

/// <summary>
/// The models whose folders lie somewhere below one folder, such as the model cache. A folder is a model when it has
/// <c>genai_config.json</c> and no <c>download.tmp</c>; its name comes from our own manifest, else from
/// <c>inference_model.json</c>, else from the cache's layout <c>{Publisher}/{name}-{version}</c>, with or without a <c>v{version}</c> folder inside.
/// </summary>
/// <param name="folder">The folder to search; need not exist. Depth and number of folders looked at are bounded.</param>
public sealed class FolderSource(string folder) : ICatalogSource
{
    private const int MaxDepth = 6;
    private const int MaxFolders = 20_000;
    private const string DeclaredNameField = "Name";
    private const string DefaultTask = "chat-completion";

    private readonly string _root = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public string Name => _root;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = new List<ModelEntry>();
        foreach (var path in ModelFolders())
        {
            try
            {
                entries.Add(await DescribeAsync(path, _root, cancellationToken));
            }
            catch (DirectoryNotFoundException)
            {
                // Removed since it was found.
                continue;
            }
        }

        return entries;
    }

    /// <summary>Describes a model folder by what lies in it and, below <paramref name="root"/>, by where it lies.</summary>
    internal static async Task<ModelEntry> DescribeAsync(string path, string? root, CancellationToken cancellationToken)
    {
        var facts = await FolderFacts.ReadAsync(path, cancellationToken);
        if (await FolderManifest.ReadAsync(path, cancellationToken) is { Model: var known })
        {
            return known with
            {
                Task = known.Task == DefaultTask ? facts.Task : known.Task,
                DeviceType = facts.Device,
                ExecutionProvider = facts.ExecutionProvider,
                ContextLength = facts.ContextLength ?? known.ContextLength,
                FileSizeMb = facts.FileSizeMb,
                CreatedAtUnix = known.CreatedAtUnix == 0 ? facts.CreatedAtUnix : known.CreatedAtUnix,
                LocalPath = path,
            };
        }

        var (publisher, name, version) = NameByPlace(path, root);
        if (await DeclaredNameAsync(path, cancellationToken) is { } declared)
        {
            var (declaredName, declaredVersion) = ModelName.SplitId(declared);
            if (ModelName.Fault(declaredName) is null)
                (name, version) = (declaredName, declaredVersion ?? 0);
        }

        return new ModelEntry
        {
            Name = name,
            Version = version,
            Alias = ModelName.FamilyOf(name),
            Publisher = publisher,
            Uri = $"local://{name}",
            Task = facts.Task,
            DeviceType = facts.Device,
            ExecutionProvider = facts.ExecutionProvider,
            ContextLength = facts.ContextLength,
            FileSizeMb = facts.FileSizeMb,
            CreatedAtUnix = facts.CreatedAtUnix,
            LocalPath = path,
        };
    }

    private List<string> ModelFolders()
    {
        var found = new List<string>();
        var open = new Queue<(string Path, int Depth)>();
        open.Enqueue((_root, 0));
        for (var seen = 0; open.TryDequeue(out var item) && seen < MaxFolders; seen++)
        {
            if (!Directory.Exists(item.Path))
                continue;
            if (FolderFacts.IsModel(item.Path))
                found.Add(item.Path);
            else if (item.Depth < MaxDepth)
                foreach (var child in Children(item.Path))
                    open.Enqueue((child, item.Depth + 1));
        }

        return found;
    }

    private static IEnumerable<string> Children(string path)
    {
        try
        {
            // What is hidden is no model yet: downloads under way.
            return Directory.GetDirectories(path).Where(child => Path.GetFileName(child)[0] != '.').Order(StringComparer.Ordinal);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{path} cannot be listed: {exception.Message}", inner: exception);
        }
    }

    // A trailing number is a version only where the cache's layout puts one: "phi-4" on its own is a name.
    private static (string? Publisher, string Name, int Version) NameByPlace(string path, string? root)
    {
        var leaf = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var parts = root is null ? [leaf] : Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
        int? version = null;
        if (parts.Length > 1 && ModelName.TryVersionFolder(parts[^1], out var folderVersion))
        {
            version = folderVersion;
            parts = parts[..^1];
        }

        var (name, suffix) = ModelName.SplitFolder(parts[^1]);
        if (version is not null ? suffix == version : suffix is not null && parts.Length > 1)
            version = suffix;
        else
            name = parts[^1];
        if (name is "." or ".." || ModelName.Fault(name) is not null)
            name = "model";
        return (parts.Length > 1 ? parts[0] : null, name, version ?? 0);
    }

    private static async Task<string?> DeclaredNameAsync(string path, CancellationToken cancellationToken)
    {
        var file = Path.Combine(path, FolderManifest.DeclarationFile);
        if (!File.Exists(file))
            return null;
        try
        {
            using var document = await JsonFile.ReadAsync(file, cancellationToken);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(DeclaredNameField, out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        }
        catch (Exception exception) when (exception is IngotException or InvalidOperationException)
        {
            return null;
        }
    }
}
