namespace Ingot.Service.Storage;

/// <summary>Removes what has expired, and the oldest where there is too much. Runs on the store's thread.</summary>
/// <param name="most">The most bytes that documents may have together.</param>
internal sealed class StoreSweep(long most)
{
    /// <summary>Seconds between looks for what has expired.</summary>
    private const long Period = 600;

    /// <summary>A chain of documents that has expired loses its newest at each pass; the rest is for the next time.</summary>
    private const int MostPasses = 100;

    private long _lastLook = long.MinValue;
    private long _size = long.MaxValue;

    /// <summary>Tidies up after something was added, if it is time to.</summary>
    /// <param name="store">The database.</param>
    /// <param name="added">How much was added, in bytes.</param>
    /// <param name="now">The time, in seconds since 1970.</param>
    public void After(StoreConnection store, long added, long now)
    {
        if (now - _lastLook >= Period || _lastLook == long.MinValue)
        {
            _lastLook = now;
            RemoveExpired(store, now);
            _size = SizeOf(store);
        }
        else
        {
            _size += added;
        }

        if (_size > most)
            RemoveOldest(store);
    }

    private void RemoveOldest(StoreConnection store)
    {
        // A tenth more than must go, so that it is not done for every document; the newest stays however large it is.
        store.Execute(
            """
            DELETE FROM documents WHERE number IN (
                SELECT number FROM (SELECT number, state, sum(size) OVER (ORDER BY expires DESC, number DESC) AS kept, row_number() OVER (ORDER BY expires DESC, number DESC) AS place FROM documents)
                WHERE kept > $0 AND state <> $1 AND place > 1)
            """,
            most - (most / 10), (long)StoredState.Running);
        store.Execute("PRAGMA incremental_vacuum");
        _size = SizeOf(store);
    }

    // What another document goes on from is kept as long as that.
    private static void RemoveExpired(StoreConnection store, long now)
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var removed = store.Execute(
                "DELETE FROM documents WHERE expires <= $0 AND state <> $1 AND NOT EXISTS (SELECT 1 FROM documents AS next WHERE next.previous = documents.id)",
                now, (long)StoredState.Running);
            if (removed == 0)
                break;
        }

        store.Execute("PRAGMA incremental_vacuum");
    }

    private static long SizeOf(StoreConnection store) => store.Number("SELECT sum(size) FROM documents") ?? 0;
}
