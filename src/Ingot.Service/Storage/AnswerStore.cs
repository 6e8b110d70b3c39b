using Ingot.Errors;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Storage;

/// <summary>
/// Keeps responses, conversations and chat completions on the disk for later requests, each for its owner alone and for a limited
/// time. What a call has written is on the disk when the call ends. Opened when it is first needed; where that fails only what needs
/// it is refused. Thread-safe.
/// </summary>
public sealed class AnswerStore : IAsyncDisposable
{
    private const long SecondsOfDay = 24 * 60 * 60;

    /// <summary>How long a failure to open is taken for granted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly IngotOptions _options;
    private readonly ILogger<AnswerStore> _logger;
    private readonly TimeProvider _time;
    private readonly Func<string, StoreConnection> _open;
    private readonly StoreSweep _sweep;
    private StoreThread? _thread;
    private IngotException? _failure;
    private long _failedAt;
    private bool _isDisposed;

    internal AnswerStore(IngotOptions options, ILogger<AnswerStore> logger, TimeProvider time, Func<string, StoreConnection>? open = null)
    {
        (_options, _logger, _time, _open) = (options, logger, time, open ?? StoreFile.Open);
        _sweep = new StoreSweep((long)options.StoreMegabytes << 20);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private long Expiry => Now + (_options.StoreDays * SecondsOfDay);

    /// <summary>Whether anything can be kept now: it is switched on and its file can be opened.</summary>
    public bool IsAvailable
    {
        get
        {
            try
            {
                return Thread() is not null;
            }
            catch (IngotException)
            {
                return false;
            }
        }
    }

    /// <summary>Does nothing where something can be kept.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.StoreUnavailable"/>: it cannot, and why.</exception>
    public void Require() => Thread();

    /// <summary>Keeps a document, in the place of an earlier one of its id.</summary>
    /// <param name="document">The document.</param>
    /// <param name="items">Its items, in order.</param>
    /// <param name="events">What was told of it while it was made; null keeps nothing of that.</param>
    /// <param name="conversation">The conversation that the items are added to as well, if it is still there; null adds them to none.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.StoreUnavailable"/>: nothing is kept.</exception>
    public Task SaveAsync(StoredDocument document, IReadOnlyList<StoredItem> items, ReadOnlyMemory<byte>? events = null, string? conversation = null)
    {
        var (now, expiry) = (Now, Expiry);
        return RunAsync(store =>
        {
            StoreTables.Save(store, document, items, events, expiry);
            if (conversation is not null)
                ItemTables.Append(store, new StoreTables.View(StoredKind.Conversation, document.Owner, now), conversation, items, expiry);
            _sweep.After(store, document.Body.Length + (events?.Length ?? 0) + items.Sum(item => (long)item.Body.Length), now);
            return true;
        });
    }

    /// <summary>Finds a document; null when there is none.</summary>
    public Task<StoredDocument?> FindAsync(StoredKind kind, string? owner, string id)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => StoreTables.Find(store, view, id));
    }

    /// <summary>What was told of a document while it was made; null when nothing is kept of that. Whose the document is, is not asked.</summary>
    public Task<ReadOnlyMemory<byte>?> EventsAsync(string id) => RunAsync(store => StoreTables.Events(store, id));

    /// <summary>Documents in the order they were made.</summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="owner">Whose.</param>
    /// <param name="range">Which part.</param>
    /// <param name="model">Only those of this model; null for all.</param>
    /// <param name="metadata">Only those with all of these notes.</param>
    /// <returns>Null when the document to begin after is not there.</returns>
    public Task<StoredPage<StoredDocument>?> ListAsync(StoredKind kind, string? owner, StoredRange range, string? model, IReadOnlyDictionary<string, string> metadata)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => StoreTables.List(store, view, range, model, metadata));
    }

    /// <summary>Changes a document's body and notes, and puts off its expiry; false when there is none.</summary>
    public Task<bool> ChangeAsync(StoredDocument document)
    {
        var (view, expiry) = (ViewOf(document.Kind, document.Owner), Expiry);
        return RunAsync(store => StoreTables.Change(store, view, document, expiry));
    }

    /// <summary>Removes a document with its items; false when there is none.</summary>
    public Task<bool> DeleteAsync(StoredKind kind, string? owner, string id)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => StoreTables.Delete(store, view, id));
    }

    /// <summary>Items of a document; null when it or the item to begin after is not there.</summary>
    public Task<StoredPage<StoredItem>?> ItemsAsync(StoredKind kind, string? owner, string id, StoredRange range, bool withOutput)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => ItemTables.List(store, view, id, range, withOutput));
    }

    /// <summary>The items of a document and of all it goes on from, oldest first, at most this many; null when one of the documents is not there.</summary>
    public Task<IReadOnlyList<StoredItem>?> ChainAsync(StoredKind kind, string? owner, string id, int most)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => ItemTables.Chain(store, view, id, most));
    }

    /// <summary>Finds an item by its id in any document of an owner; null when there is none.</summary>
    public Task<StoredItem?> FindItemAsync(string? owner, string id)
    {
        var now = Now;
        return RunAsync(store => ItemTables.Find(store, owner, now, id));
    }

    /// <summary>Finds an item of a document; null when there is none.</summary>
    public Task<StoredItem?> FindItemAsync(StoredKind kind, string? owner, string document, string id)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => ItemTables.Find(store, view, document, id));
    }

    /// <summary>Adds items to the end of a document and puts off its expiry; false when it is not there.</summary>
    public Task<bool> AppendAsync(StoredKind kind, string? owner, string document, IReadOnlyList<StoredItem> items)
    {
        var (view, expiry) = (ViewOf(kind, owner), Expiry);
        return RunAsync(store =>
        {
            var isThere = ItemTables.Append(store, view, document, items, expiry);
            _sweep.After(store, items.Sum(item => (long)item.Body.Length), view.Now);
            return isThere;
        });
    }

    /// <summary>Removes an item from a document; false when it is not there.</summary>
    public Task<bool> DeleteItemAsync(StoredKind kind, string? owner, string document, string id)
    {
        var view = ViewOf(kind, owner);
        return RunAsync(store => ItemTables.Delete(store, view, document, id));
    }

    /// <summary>Writes what was asked for until now, and closes the file.</summary>
    public ValueTask DisposeAsync()
    {
        StoreThread? thread;
        lock (_lock)
        {
            (thread, _thread, _isDisposed) = (_thread, null, true);
        }

        thread?.Dispose();
        return ValueTask.CompletedTask;
    }

    private StoreTables.View ViewOf(StoredKind kind, string? owner) => new(kind, owner, Now);

    private async Task<T> RunAsync<T>(Func<StoreConnection, T> work)
    {
        try
        {
            return await Thread().RunAsync(work);
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            _logger.Failed(exception);
            throw new IngotException(ErrorCode.StoreUnavailable, "Nothing can be kept: the store's file cannot be written or read; the log has the details.", "store", exception);
        }
    }

    private StoreThread Thread()
    {
        lock (_lock)
        {
            if (_thread is not null)
                return _thread;
            if (_options.StoreDays == 0)
                throw new IngotException(ErrorCode.StoreUnavailable, "Nothing is kept: 'storeDays' is 0.", "store");
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_failure is not null && _time.GetElapsedTime(_failedAt) < Patience)
                throw _failure;
            try
            {
                var connection = _open(_options.StoreDirectory);
                StoreTables.MarkInterrupted(connection);
                _failure = null;
                return _thread = new StoreThread(connection);
            }
            catch (IngotException exception)
            {
                _logger.Unavailable(_options.StoreDirectory, exception.Message);
                (_failure, _failedAt) = (exception, _time.GetTimestamp());
                throw;
            }
        }
    }
}
