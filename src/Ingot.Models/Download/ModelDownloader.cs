using Ingot.Errors;
using Ingot.Models.Azure;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>
/// Brings a model into the cache: list, room, files, hashes, and only then the folder under its name, by one rename. Ended
/// at any moment it leaves the cache as it was, and beside it what the next attempt goes on from.
/// </summary>
internal sealed class ModelDownloader(string cache, DownloadOptions options, ICheckpointCompiler? compiler)
{
    private const int MaxRounds = 2;
    private const int SmallFileBytes = 16 << 20;
    private const double CompileFrom = 70;
    private const double PlacedFrom = 99;

    /// <summary>Fetches a model that is not in the cache.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="listener">Told the progress; null when nobody listens.</param>
    /// <param name="cancellationToken">Gives up; what is there is kept.</param>
    /// <returns>The model's folder.</returns>
    internal async Task<string> FetchAsync(ModelEntry entry, IProgress<DownloadProgress>? listener, CancellationToken cancellationToken)
    {
        var place = ModelPlace.Of(cache, entry);
        var progress = new ProgressMeter(listener);
        progress.Set(0);
        try
        {
            using var held = await ModelLock.TakeAsync(
                place.LockFile, options, () => progress.Set(PlacedFrom * (Journal.ReadFraction(place.Journal) ?? 0)), cancellationToken);
            if (!FolderFacts.IsModel(place.Final))
                await FetchHeldAsync(entry, place, progress, cancellationToken);
        }
        catch (IOException exception) when (DiskSpace.IsFull(exception))
        {
            throw new IngotException(ErrorCode.InsufficientStorage, $"The disk of {cache} is full; what is there of model '{entry.Id}' is kept.", "model", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"The files of model '{entry.Id}' cannot be written to {cache}: {exception.Message}", "model", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new IngotException(ErrorCode.DownloadFailed, $"Model '{entry.Id}' cannot be downloaded: {exception.Message}", "model", exception);
        }

        progress.Complete();
        return place.Final;
    }

    private async Task FetchHeldAsync(ModelEntry entry, ModelPlace place, ProgressMeter progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(place.Final))
        {
            throw new IngotException(ErrorCode.Conflict,
                $"{place.Final} exists, but is no finished model: perhaps another program's download. Remove it to download the model anew.", "model");
        }

        using var client = new SourceClient(options);
        var provider = ProviderOf(entry, client);
        for (long reached = -1; ; reached = progress.Bytes, progress.Add(-progress.Bytes))
        {
            try
            {
                await FetchListedAsync(entry, place, client, provider, progress, cancellationToken);
                return;
            }
            catch (ExpiredAddress expired)
            {
                // A large model may outlast many addresses; one that brings nothing is not asked for again.
                if (progress.Bytes <= reached)
                    throw new IngotException(ErrorCode.DownloadFailed, expired.Message, "model", expired);
            }
        }
    }

    private IModelProvider ProviderOf(ModelEntry entry, SourceClient client) =>
        HubReference.IsMeant(entry.Uri) ? new HubProvider(client, options)
        : AzureBlobProvider.Serves(entry) ? new AzureBlobProvider(client, options)
        : new HttpProvider();

    private async Task FetchListedAsync(
        ModelEntry entry, ModelPlace place, SourceClient client, IModelProvider provider, ProgressMeter progress, CancellationToken cancellationToken)
    {
        var listing = await provider.ListAsync(entry, cancellationToken);
        SafePath.CheckDistinct(listing.Files.Select(file => file.Path));
        if (listing.IsCheckpoint && compiler is null)
        {
            throw new IngotException(ErrorCode.UnsupportedValue,
                $"Model '{entry.Id}' is a checkpoint that must be compiled, which this program does not do: 'foundry model download' does.", "model");
        }

        Directory.CreateDirectory(place.Content);
        DropStrangers(place.Content, listing);
        progress.TotalBytes = listing.TotalBytes;
        progress.DownloadShare = listing.IsCheckpoint ? CompileFrom : PlacedFrom;
        var files = await FetchFilesAsync(entry, place, listing, client, provider, progress, cancellationToken);
        var folder = place.Content;
        if (listing.IsCheckpoint)
        {
            folder = await CompileAsync(place, progress, cancellationToken);
            files = await FolderManifest.HashAsync(folder, cancellationToken);
        }

        if (!FolderFacts.IsModel(folder))
            throw new IngotException(ErrorCode.ModelInvalid, $"Model '{entry.Id}' has no {FolderFacts.ConfigFile}.", "model");
        new FolderManifest(entry, listing.Revision, files).Write(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(place.Final)!);
        Directory.Move(folder, place.Final);
        DeleteStaging(place);
    }

    private async Task<IReadOnlyList<ModelFile>> FetchFilesAsync(
        ModelEntry entry, ModelPlace place, RemoteListing listing, SourceClient client, IModelProvider provider, ProgressMeter progress, CancellationToken cancellationToken)
    {
        using var journal = Journal.Open(place.Journal, options.SegmentBytes, listing.TotalBytes, out var records);
        var known = records.ToLookup(record => (record.Content, record.Segment));
        List<PartialFile> files = [.. listing.Files.Select(file => new PartialFile(file, file.Path.In(place.Content), options.SegmentBytes))];
        try
        {
            foreach (var file in files)
            {
                await file.RestoreAsync(known, cancellationToken);
                progress.Add(file.Bytes);
            }

            var missing = listing.TotalBytes - files.Sum(file => file.Bytes);
            DiskSpace.Require(missing + (listing.IsCheckpoint ? listing.TotalBytes / 2 : 0), place.Content, options.FreeBytes);
            if (listing.IsCheckpoint)
            {
                await DownloadAsync([.. files.Where(file => file.Remote.Size <= SmallFileBytes)]);
                compiler!.Check(place.Content);
            }

            return await DownloadAsync(files);
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }

        // What turns out wrong is fetched once more: a broken transfer happens, a wrong source stays wrong.
        async Task<IReadOnlyList<ModelFile>> DownloadAsync(IReadOnlyList<PartialFile> wanted)
        {
            for (var round = 1; ; round++)
            {
                await new FileSetDownload(client, options, journal, progress, response => provider.Explain(entry, response)).RunAsync(wanted, cancellationToken);
                var (right, wrong) = await VerifyAsync(place, wanted, cancellationToken);
                if (wrong.Count == 0)
                    return right;
                foreach (var file in wrong)
                {
                    progress.Add(-file.Bytes);
                    file.Discard();
                }

                if (round == MaxRounds)
                {
                    var first = wrong[0].Remote;
                    throw new IngotException(ErrorCode.DownloadFailed,
                        $"{SourceClient.Shown(first.Url)} has another content than its file list says (hash {first.Hash.Hex}), twice; nothing of the file was kept.", "model");
                }
            }
        }
    }

    private static async Task<(IReadOnlyList<ModelFile> Right, IReadOnlyList<PartialFile> Wrong)> VerifyAsync(
        ModelPlace place, IReadOnlyList<PartialFile> files, CancellationToken cancellationToken)
    {
        var right = new List<ModelFile>();
        var wrong = new List<PartialFile>();
        foreach (var file in files)
        {
            var (sha256, isRight) = await file.Remote.Hash.CheckAsync(file.Remote.Path.In(place.Content), cancellationToken);
            if (isRight)
                right.Add(new ModelFile(file.Remote.Path.Text, file.Remote.Size, sha256));
            else
                wrong.Add(file);
        }

        return (right, wrong);
    }

    private async Task<string> CompileAsync(ModelPlace place, ProgressMeter progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(place.Compiled))
            Directory.Delete(place.Compiled, recursive: true);
        await compiler!.CompileAsync(place.Content, place.Compiled, new CompileShare(progress), cancellationToken);
        return place.Compiled;
    }

    // Files of an earlier state of the source would otherwise become part of the model.
    private static void DropStrangers(string content, RemoteListing listing)
    {
        var wanted = listing.Files.Select(file => file.Path.In(content)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories).Where(path => !wanted.Contains(path)).ToList())
            File.Delete(path);
    }

    // The model is in its place: what cannot be cleared away now is in nobody's way.
    private static void DeleteStaging(ModelPlace place)
    {
        try
        {
            Directory.Delete(place.Staging, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    private sealed class CompileShare(ProgressMeter progress) : IProgress<double>
    {
        public void Report(double value) => progress.Set(CompileFrom + ((PlacedFrom - CompileFrom) * value / 100));
    }
}
