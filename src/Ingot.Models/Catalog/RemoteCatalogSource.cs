using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Catalog;

/// <summary>A list as a server gave it.</summary>
/// <param name="Body">What is kept on the disk and parsed.</param>
/// <param name="ETag">The server's validator; null when it gave none.</param>
/// <param name="Note">What of the list could not be read, one sentence; null when all could.</param>
internal sealed record FetchedList(byte[] Body, string? ETag, string? Note = null);

/// <summary>
/// A catalog on the network. Its list is kept on the disk and refreshed in the background. Whoever asks gets the copy at
/// once, however old, or waits a moment for the first one. A server that is down, slow or wrong costs no more than that
/// moment, and is left alone for a while. Thread-safe.
/// </summary>
public abstract class RemoteCatalogSource : ICatalogSource, IDisposable, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly CatalogCopy _copy;
    private readonly DownloadOptions _options;
    private readonly TimeSpan _firstWait;
    private Task? _refresh;
    private long? _refreshed;
    private long _copyWritten;
    private volatile Known? _known;
    private volatile string? _trouble;

    /// <summary>A catalog of which nothing is read yet.</summary>
    /// <param name="name">Its address, fit for messages.</param>
    /// <param name="copy">The copy on the disk.</param>
    /// <param name="options">Whether the network may be used, and how patiently.</param>
    /// <param name="firstWait">How long after it was asked a server of which there is no copy is waited for.</param>
    private protected RemoteCatalogSource(string name, CatalogCopy copy, DownloadOptions options, TimeSpan firstWait)
    {
        (Name, _copy, _options, _firstWait) = (name, copy, options, firstWait);
        Client = new SourceClient(options);
    }

    /// <summary>How long a list is used before the server is asked again.</summary>
    internal static TimeSpan FreshFor { get; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a server that failed is left alone.</summary>
    internal static TimeSpan RestAfterFault { get; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a refresh may take, all its requests together.</summary>
    internal static TimeSpan RefreshLimit { get; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long after it was asked a server is waited for by a program that ends: short commands would otherwise never get a
    /// newer list. Where the copy is very old, as long as for a first one.
    /// </summary>
    internal static TimeSpan LastWait { get; } = TimeSpan.FromSeconds(1);

    /// <summary>From when on a copy is very old.</summary>
    internal static TimeSpan VeryOld { get; } = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Trouble => _known is { } known ? _trouble ?? known.Note : null;

    /// <summary>Asks the server; ends with the source.</summary>
    private protected SourceClient Client { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await ReadCopyAsync(cancellationToken);
        if (!_options.Offline)
        {
            var refresh = StartRefresh(isForced: false);
            if (_known is null)
            {
                await WaitAsync(refresh, _firstWait, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return (_known, _options.Offline) switch
        {
            ({ } known, _) => known.Entries,
            (null, true) => [],
            _ => throw new IngotException(ErrorCode.DownloadFailed, _trouble ?? $"{Name} has not answered within {_firstWait.TotalSeconds:0} s."),
        };
    }

    /// <summary>Asks the server now, however fresh its list is, and returns when it has answered or failed. Offline nothing happens.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (_options.Offline)
            return;
        await ReadCopyAsync(cancellationToken);
        await StartRefresh(isForced: true).WaitAsync(cancellationToken);
    }

    /// <summary>Stops asking.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
        Client.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops asking, after a moment for what is on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_refresh is { IsCompleted: false } refresh)
            await WaitAsync(refresh, _copy.Age(_options.Time) < VeryOld ? LastWait : _firstWait, CancellationToken.None);
        Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks the server for its list.</summary>
    /// <param name="etag">The validator of the list that is known; null when none is, or it came without.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The list, in the shape <see cref="CatalogFileSource"/> reads; null when the known one is still right.</returns>
    private protected abstract Task<FetchedList?> FetchAsync(string? etag, CancellationToken cancellationToken);

    // Counted from when the server was asked: a silent one is waited for once, not by everybody anew.
    private async Task WaitAsync(Task refresh, TimeSpan sinceAsked, CancellationToken cancellationToken)
    {
        var left = sinceAsked - (_refreshed is { } asked ? _options.Time.GetElapsedTime(asked) : TimeSpan.Zero);
        if (left > TimeSpan.Zero)
            await refresh.WaitAsync(left, _options.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task StartRefresh(bool isForced)
    {
        lock (_lock)
        {
            if (_refresh is { IsCompleted: false })
                return _refresh;
            if (!isForced && (_refreshed is { } last ? _options.Time.GetElapsedTime(last) < (_trouble is null ? FreshFor : RestAfterFault) : IsAskedByOthers()))
                return Task.CompletedTask;
            _refreshed = _options.Time.GetTimestamp();
            _copy.NoteAsked(_options.Time);
            return _refresh = AskAsync(_disposed.Token);
        }
    }

    // A copy another program has just got is as good as one's own, and where that one waits in vain, so would this one.
    private bool IsAskedByOthers() =>
        _known is not null && (IsWithin(_copy.Age(_options.Time), FreshFor) || IsWithin(_copy.Asked(_options.Time), RestAfterFault));

    private static bool IsWithin(TimeSpan? age, TimeSpan limit) => age >= TimeSpan.Zero && age < limit;

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(RefreshLimit);
        try
        {
            if (await FetchAsync(_known?.ETag, limit.Token) is { } fetched)
            {
                _known = new Known(Parse(fetched.Body), fetched.ETag, fetched.Note);
                _copy.Write(fetched.Body, fetched.ETag);
            }
            else
            {
                _copy.Confirm(_options.Time);
            }

            _copyWritten = _copy.Written;
            _trouble = null;
        }
        catch (Exception exception) when (exception is IngotException or TransientFault or HttpRequestException or JsonException or IOException or UnauthorizedAccessException)
        {
            _trouble = exception is JsonException ? $"{Name} answered with something that is not JSON." : exception.Message;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            _trouble = cancellationToken.IsCancellationRequested
                ? $"{Name} is not asked any more."
                : $"{Name} has not given its whole list within {RefreshLimit.TotalSeconds:0} s.";
        }
    }

    // The first copy there is, and then each that another program has fetched meanwhile.
    private async Task ReadCopyAsync(CancellationToken cancellationToken)
    {
        var written = _copy.Written;
        if (written == _copyWritten || await _copy.ReadAsync(cancellationToken) is not { } kept)
            return;
        try
        {
            _known = new Known(Parse(kept.Body), kept.ETag, null);
            _trouble = null;
        }
        catch (Exception exception) when (exception is IngotException or JsonException)
        {
            return;
        }
        finally
        {
            _copyWritten = written;
        }
    }

    private IReadOnlyList<ModelEntry> Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
        return CatalogEntryReader.ReadList(document.RootElement, Name, null);
    }

    private sealed record Known(IReadOnlyList<ModelEntry> Entries, string? ETag, string? Note);
}
