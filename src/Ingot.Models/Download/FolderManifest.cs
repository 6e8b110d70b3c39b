using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>
/// What a finished folder in the cache says of itself, in two files: Foundry's declaration of the model's name, and our own
/// list of what the catalog said and of every file with its hash, so that the folder can be described and checked without
/// the catalog it came from.
/// </summary>
/// <param name="Model">The catalog's entry.</param>
/// <param name="Revision">The exact state of the source; null when it has no such notion.</param>
/// <param name="Files">Every file with its size and SHA-256, these two files aside.</param>
internal sealed record FolderManifest(ModelEntry Model, string? Revision, IReadOnlyList<ModelFile> Files)
{
    internal const string FileName = "ingot_manifest.json";
    internal const string DeclarationFile = "inference_model.json";

    private const int Version = 1;

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Reads a folder's manifest; null when it has none or one that cannot be read.</summary>
    internal static async Task<FolderManifest?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = await JsonFile.ReadAsync(path, cancellationToken);
            var fields = new CatalogFields(path, "manifest", document.RootElement);
            if (fields.Int("version") != Version || fields.Object("model") is not { } model)
                return null;
            return new FolderManifest(CatalogEntryReader.Read(model, null), fields.Text("revision"), CatalogEntryReader.ReadFiles(fields));
        }
        catch (IngotException)
        {
            return null;
        }
    }

    /// <summary>Writes both files.</summary>
    internal void Write(string folder)
    {
        using (var stream = File.Create(Path.Combine(folder, FileName)))
        {
            using var json = new Utf8JsonWriter(stream, Indented);
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("revision", Revision);
            json.WritePropertyName("model");
            CatalogEntryWriter.Write(json, Model);
            json.WriteStartArray("files");
            foreach (var file in Files)
                CatalogEntryWriter.Write(json, file);
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            stream.Flush(flushToDisk: true);
        }

        using (var stream = File.Create(Path.Combine(folder, DeclarationFile)))
        {
            using var json = new Utf8JsonWriter(stream, Indented);
            json.WriteStartObject();
            json.WriteString("Name", Model.Id);
            json.WritePropertyName("PromptTemplate");
            CatalogEntryWriter.Write(json, Model.PromptTemplate);
            json.WriteEndObject();
            json.Flush();
            stream.Flush(flushToDisk: true);
        }
    }

    /// <summary>Lists a folder's files with their hashes, these two aside.</summary>
    internal static async Task<IReadOnlyList<ModelFile>> HashAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new List<ModelFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (name is FileName or DeclarationFile)
                continue;
            var (sha256, _) = await default(FileHash).CheckAsync(path, cancellationToken);
            files.Add(new ModelFile(name, new FileInfo(path).Length, sha256));
        }

        return files;
    }
}
