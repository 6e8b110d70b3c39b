using Ingot.Errors;
using Ingot.Models.Azure;
using Ingot.Models.Catalog;
using Ingot.Models.Download;

namespace Ingot.Models.Store;

/// <summary>
/// Which models' files are on this machine, and the one place where they are put, checked and removed: the cache folder.
/// Files elsewhere (shipped models, folders a catalog file points to) are used but never touched. Thread-safe, and safe
/// against other processes that work on the same cache.
/// </summary>
/// <param name="location">The cache folder; need not exist. See <see cref="DefaultLocation"/>.</param>
/// <param name="downloads">From where and how models are fetched; null means the public hub, without a token.</param>
/// <param name="compiler">Compiles checkpoints on arrival; null means that such models are refused.</param>
public sealed class ModelStore(string location, DownloadOptions? downloads = null, ICheckpointCompiler? compiler = null)
{
    private readonly DownloadOptions _downloads = downloads ?? new DownloadOptions();

    /// <summary>Absolute path of the cache folder.</summary>
    public string Location { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(location));

    /// <summary>Foundry's own cache below a home folder: <c>.foundry/cache/models</c>.</summary>
    /// <param name="home">The home folder.</param>
    public static string DefaultLocation(string home) => Path.Combine(home, ".foundry", "cache", "models");

    /// <summary>Whether the model's files are on this machine, whole.</summary>
    /// <param name="entry">The model.</param>
    public bool IsCached(ModelEntry entry) => Locate(entry) is not null;

    /// <summary>The folder with the model's files.</summary>
    /// <param name="entry">The model.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelNotFound"/> when they are not on this machine.</exception>
    public string GetPath(ModelEntry entry) => Locate(entry)
        ?? throw new IngotException(ErrorCode.ModelNotFound,
            entry.LocalPath is null
                ? $"The files of model '{entry.Id}' are not on this machine; 'foundry model download {NameOf(entry)}' brings them."
                : $"The files of model '{entry.Id}' should be in {entry.LocalPath}, which has no finished {FolderFacts.ConfigFile}.",
            "model");

    /// <summary>Brings the model's files to this machine; at once when they are here already.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="percent">Told the progress, 0 to 100, never falling; 100 comes last. Null when nobody listens.</param>
    /// <param name="cancellationToken">Gives up; what has come in is kept for the next attempt.</param>
    /// <exception cref="IngotException">As <see cref="FetchAsync(ModelEntry, IProgress{DownloadProgress}?, CancellationToken)"/>.</exception>
    public Task DownloadAsync(ModelEntry entry, IProgress<double>? percent = null, CancellationToken cancellationToken = default) =>
        FetchAsync(entry, percent is null ? null : new PercentOf(percent), cancellationToken);

    /// <summary>
    /// As <see cref="DownloadAsync"/>, telling more on the way. Several who ask for the same model at the same time, in this
    /// process or another, share one download. Reports come one at a time; an exception of the listener ends the download.
    /// </summary>
    /// <param name="entry">The model.</param>
    /// <param name="progress">Told the progress. Null when nobody listens.</param>
    /// <param name="cancellationToken">Gives up; what has come in is kept for the next attempt.</param>
    /// <returns>The folder with the model's files.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.UnsupportedValue"/> for an address this build does not download from;
    /// <see cref="ErrorCode.DownloadFailed"/> when the source is down, refuses, sends something else than it lists, or the
    /// network is switched off; <see cref="ErrorCode.ModelNotFound"/> when the source has no such model;
    /// <see cref="ErrorCode.InsufficientStorage"/>; <see cref="ErrorCode.Conflict"/> when the files cannot be written.
    /// </exception>
    public Task<string> FetchAsync(ModelEntry entry, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken = default) =>
        FetchAsync(entry, progress, null, cancellationToken);

    /// <summary>As <see cref="FetchAsync(ModelEntry, IProgress{DownloadProgress}?, CancellationToken)"/>, with an access token of the caller's.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="progress">Told the progress. Null when nobody listens.</param>
    /// <param name="token">The token for the hub, for this download only; null means the store's own, if it has one.</param>
    /// <param name="cancellationToken">Gives up; what has come in is kept for the next attempt.</param>
    /// <returns>The folder with the model's files.</returns>
    /// <exception cref="IngotException">As the other.</exception>
    public async Task<string> FetchAsync(ModelEntry entry, IProgress<DownloadProgress>? progress, HubToken? token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Locate(entry) is { } here)
        {
            progress?.Report(new DownloadProgress(100, null, 1, 0, 0));
            return here;
        }

        if (!HubReference.IsMeant(entry.Uri) && !HttpProvider.IsWebAddress(entry.Uri) && !AzureBlobProvider.IsAsset(entry.Uri))
        {
            throw new IngotException(ErrorCode.UnsupportedValue,
                $"Model '{entry.Id}' is at {entry.Uri}, which this build does not download from: put its ONNX folder below {Location} "
                + "or name it as 'path' in a catalog file.", "model");
        }

        if (_downloads.Offline)
            throw new IngotException(ErrorCode.DownloadFailed, $"Model '{entry.Id}' is not on this machine, and Ingot is set to stay offline.", "model");
        var downloads = token is null ? _downloads : _downloads with { HubToken = token };
        return await new ModelDownloader(Location, downloads, compiler).FetchAsync(entry, progress, cancellationToken);
    }

    /// <summary>Copies a model folder into the cache; the original stays.</summary>
    /// <param name="folder">The folder, with a <c>genai_config.json</c>.</param>
    /// <param name="name">The name or id (<c>name:version</c>) to give it; null means what it says of itself, or is called.</param>
    /// <param name="progress">Told the progress. Null when nobody listens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The model as the catalog will list it.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelInvalid"/> for what is no model folder, <see cref="ErrorCode.Conflict"/> when there is a model
    /// of that name, <see cref="ErrorCode.InvalidValue"/> for a name that is refused, <see cref="ErrorCode.InsufficientStorage"/>.
    /// </exception>
    public async Task<ModelEntry> ImportAsync(
        string folder, string? name = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!FolderFacts.IsModel(source))
            throw new IngotException(ErrorCode.ModelInvalid, $"{source} is not a model folder: it has no finished {FolderFacts.ConfigFile}.", "model");
        var entry = await FolderSource.DescribeAsync(source, null, cancellationToken) with { LocalPath = null };
        if (name is not null)
        {
            var (newName, version) = ModelName.SplitId(name);
            if (ModelName.Fault(newName) is { } fault)
                throw new IngotException(ErrorCode.InvalidValue, $"The model's name {fault}.", "model");
            entry = entry with { Name = newName, Version = version ?? 0, Alias = ModelName.FamilyOf(newName), Uri = $"local://{newName}" };
        }

        return entry with { LocalPath = await FolderImport.RunAsync(Location, source, entry, _downloads, progress, cancellationToken) };
    }

    /// <summary>Reads the model's files and compares them with the hashes they came with.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelNotFound"/> when they are not on this machine.</exception>
    public Task<FolderCheckResult> VerifyAsync(ModelEntry entry, CancellationToken cancellationToken = default) =>
        FolderCheck.RunAsync(GetPath(entry), cancellationToken);

    /// <summary>Deletes the model's folder from the cache, or what an unfinished download has left. The model is gone at once or stays whole.</summary>
    /// <param name="entry">The model; it must not be loaded (the host sees to that).</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelNotFound"/> when nothing of the model is on this machine, <see cref="ErrorCode.Conflict"/> when
    /// it is being downloaded, its files lie outside the cache, or they cannot be deleted.
    /// </exception>
    public void Remove(ModelEntry entry) => new FolderRemoval(Location).Run(entry, Locate(entry));

    private string? Locate(ModelEntry entry)
    {
        if (entry.LocalPath is { } path && FolderFacts.IsModel(path))
            return path;
        return ModelPlace.OfOrNull(Location, entry) is { Final: var place } && FolderFacts.IsModel(place) ? place : null;
    }

    // A repository that no catalog lists is found by its address only.
    private static string NameOf(ModelEntry entry) =>
        HubReference.TryParse(entry.Uri, out var reference) && reference.ToEntry().Id == entry.Id ? entry.Uri : entry.Id;

    private sealed class PercentOf(IProgress<double> percent) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => percent.Report(value.Percent);
    }
}
