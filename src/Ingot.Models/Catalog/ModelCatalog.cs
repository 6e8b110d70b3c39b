using Ingot.Errors;
using Ingot.Models.Download;
using Microsoft.Extensions.Logging;

namespace Ingot.Models.Catalog;

/// <summary>
/// Which models exist, over all sources, and which one a name means. The list is read again when it is older than
/// <see cref="FreshFor"/> and when a name is not found. A source that cannot be read hides nothing but itself. A
/// Hugging Face name (<see cref="HubReference"/>) is found without any source knowing it.
/// Thread-safe.
/// </summary>
/// <param name="sources">
/// Where models come from, most trusted first: on equal ids the first one's description wins. Owned: disposed with the catalog.
/// </param>
/// <param name="logger">Told once about each source that cannot be read, and again when it fails after it had recovered.</param>
/// <param name="time">The clock; null means the system's.</param>
/// <param name="runs">Whether this machine has what a variant was made for; asked of those that were not made for any CPU. Null: it has not.</param>
public sealed partial class ModelCatalog(
    IEnumerable<ICatalogSource> sources, ILogger<ModelCatalog> logger, TimeProvider? time = null, Func<ModelEntry, bool>? runs = null) : IDisposable, IAsyncDisposable
{
    /// <summary>How long a list is used before the sources are asked again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    private const int ShortestPart = 3;
    private const int MostNamed = 10;

    private readonly ICatalogSource[] _sources = [.. sources];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly OpenedFolders _opened = new();
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private volatile Snapshot? _snapshot;

    /// <summary>The names of all sources, most trusted first.</summary>
    public IReadOnlyList<string> SourceNames => [.. _sources.Select(source => source.Name)];

    /// <summary>The sources that could not be read when the list was last made; empty before the first listing.</summary>
    public IReadOnlyList<CatalogProblem> Problems => _snapshot?.Problems ?? [];

    /// <summary>Lists every variant of every model, grouped by alias, the best variant of each first.</summary>
    /// <param name="cancellationToken">Gives up listing.</param>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken = default)
    {
        var now = _time.GetTimestamp();
        var snapshot = _snapshot is { } fresh && _time.GetElapsedTime(fresh.Timestamp, now) < FreshFor
            ? fresh
            : await ReadAsync(now, cancellationToken);
        return Variants.Order(_opened.AppendTo(snapshot.Entries));
    }

    /// <summary>
    /// As <see cref="RefreshAsync"/>, and first asks the servers of catalogs on the network, however fresh their lists are. One
    /// that fails is among <see cref="Problems"/> afterwards, and what it said before is listed.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting for them.</param>
    public async Task<IReadOnlyList<ModelEntry>> UpdateAsync(CancellationToken cancellationToken = default)
    {
        await Task.WhenAll(_sources.OfType<RemoteCatalogSource>().Select(source => source.RefreshAsync(cancellationToken)));
        return await RefreshAsync(cancellationToken);
    }

    /// <summary>Reads every source again, now. A catalog on the network gives the list it has.</summary>
    /// <param name="cancellationToken">Gives up listing.</param>
    public async Task<IReadOnlyList<ModelEntry>> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var snapshot = await ReadAsync(_time.GetTimestamp(), cancellationToken);
        return Variants.Order(_opened.AppendTo(snapshot.Entries));
    }

    /// <summary>
    /// Finds the variant that an id (<c>name:version</c>), a name or an alias means, letter case aside. Of several, the best
    /// that this machine runs: one whose files are here before others, then the newest version.
    /// </summary>
    /// <param name="aliasNameOrId">The text to look up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelNotFound"/>, with near names.</exception>
    public async Task<ModelEntry> FindAsync(string aliasNameOrId, CancellationToken cancellationToken = default) =>
        await FindOrDefaultAsync(aliasNameOrId, cancellationToken) ?? throw NotFound(aliasNameOrId, await ListAsync(cancellationToken));

    /// <summary>As <see cref="FindAsync"/>, with null for a model nobody knows.</summary>
    /// <param name="aliasNameOrId">The text to look up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> for a Hugging Face name that is not well formed.</exception>
    public async Task<ModelEntry?> FindOrDefaultAsync(string aliasNameOrId, CancellationToken cancellationToken = default)
    {
        if (HubReference.IsMeant(aliasNameOrId))
        {
            var reference = HubReference.Parse(aliasNameOrId);
            return (await ListAsync(cancellationToken)).FirstOrDefault(entry => reference.IsAddress(entry.Uri)) ?? reference.ToEntry();
        }

        return Variants.Best(aliasNameOrId, await ListAsync(cancellationToken))
            ?? Variants.Best(aliasNameOrId, await RefreshAsync(cancellationToken));
    }

    /// <summary>
    /// As <see cref="FindAsync"/>, and accepts the path of a model folder too, which joins the catalog until the process
    /// ends. For this machine's user only (command line, SDK): a request from the network must not name paths.
    /// </summary>
    /// <param name="modelOrFolder">An alias, name or id, or a path; text with a separator, <c>.</c> or <c>~</c> in front is a path first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelNotFound"/>, or <see cref="ErrorCode.ModelInvalid"/> for a folder that is no model folder.
    /// </exception>
    public async Task<ModelEntry> FindOrOpenAsync(string modelOrFolder, CancellationToken cancellationToken = default)
    {
        var saysPath = !HubReference.IsMeant(modelOrFolder)
            && (modelOrFolder.Contains(Path.DirectorySeparatorChar) || modelOrFolder.Contains('/') || modelOrFolder is "." or "..");
        if (!saysPath && await FindOrDefaultAsync(modelOrFolder, cancellationToken) is { } known)
            return known;
        if (modelOrFolder.Length == 0 || !Directory.Exists(modelOrFolder))
            return await FindAsync(modelOrFolder, cancellationToken);
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelOrFolder));
        if (!FolderFacts.IsModel(path))
            throw new IngotException(ErrorCode.ModelInvalid, $"{path} is not a model folder: it has no finished {FolderFacts.ConfigFile}.", "model");
        var entries = await ListAsync(cancellationToken);
        return entries.FirstOrDefault(entry => entry.LocalPath == path)
            ?? _opened.Add(Judge(await FolderSource.DescribeAsync(path, null, cancellationToken)), entries);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reading.Dispose();
        foreach (var source in _sources.OfType<IDisposable>())
            source.Dispose();
    }

    /// <summary>As <see cref="Dispose"/>, after at most a second for lists on their way: the next program finds them on the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sources.OfType<IAsyncDisposable>().Select(source => source.DisposeAsync().AsTask()));
        foreach (var source in _sources.Where(source => source is not IAsyncDisposable).OfType<IDisposable>())
            source.Dispose();
        _reading.Dispose();
    }

    private static IngotException NotFound(string wanted, IReadOnlyList<ModelEntry> entries)
    {
        var shown = wanted.Length > ModelName.MaxLength ? wanted[..ModelName.MaxLength] + "…" : wanted;
        return new IngotException(ErrorCode.ModelNotFound,
            $"There is no model '{shown}'{Near(wanted, entries)} 'foundry model list' and GET /v1/models list what there is.", "model");
    }

    // Part of a name may be meant for any of those that have it, which is more help than the ones that look alike.
    private static string Near(string wanted, IReadOnlyList<ModelEntry> entries)
    {
        string[] having = wanted.Length < ShortestPart
            ? []
            : [.. entries.Select(entry => entry.Alias).Where(alias => alias.Contains(wanted, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (having.Length > 1)
        {
            var rest = having.Length > MostNamed ? $" and {having.Length - MostNamed} more" : "";
            return $", but several that have it in their names: {string.Join(", ", having.Take(MostNamed))}{rest}.";
        }

        var near = NearNames.Of(wanted, entries.SelectMany(entry => new[] { entry.Alias, entry.Name }));
        return near.Count > 0 ? $"; did you mean {string.Join(" or ", near)}?" : ".";
    }

    private async Task<Snapshot> ReadAsync(long asked, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited here while another caller read the sources uses what that one found.
            if (_snapshot is { } newer && newer.Timestamp > asked)
                return newer;
            var timestamp = _time.GetTimestamp();
            var readings = await Task.WhenAll(_sources.Select(source => ReadSourceAsync(source, cancellationToken)));
            var problems = readings.Where(reading => reading.Problem is not null).Select(reading => reading.Problem!).ToList();
            _reported.IntersectWith(problems.Select(problem => problem.Source));
            foreach (var problem in problems.Where(problem => _reported.Add(problem.Source)))
                LogBrokenSource(problem.Source, problem.Reason);
            var entries = Variants.Merge(readings.SelectMany(reading => reading.Entries));
            return _snapshot = new Snapshot(timestamp, [.. entries.Select(Judge)], problems);
        }
        finally
        {
            _reading.Release();
        }
    }

    private ModelEntry Judge(ModelEntry entry) => entry.IsForAnyCpu || runs is null ? entry : entry with { IsRunnable = runs(entry) };

    private static async Task<(IReadOnlyList<ModelEntry> Entries, CatalogProblem? Problem)> ReadSourceAsync(ICatalogSource source, CancellationToken cancellationToken)
    {
        try
        {
            var entries = await source.ListAsync(cancellationToken);
            return (entries, source.Trouble is { } trouble ? new CatalogProblem(source.Name, trouble) : null);
        }
        catch (Exception exception) when (exception is IngotException or IOException or UnauthorizedAccessException)
        {
            return ([], new CatalogProblem(source.Name, exception.Message));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Catalog source {Source}: {Reason}")]
    private partial void LogBrokenSource(string source, string reason);

    private sealed record Snapshot(long Timestamp, IReadOnlyList<ModelEntry> Entries, IReadOnlyList<CatalogProblem> Problems);
}
