using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Ingot.Service.Storage;

/// <summary>
/// The thread that the database belongs to. What waits for it is done in one transaction: many answers that end at the same time
/// wait for the disk once. Nobody is told that something is done before it is on the disk.
/// </summary>
internal sealed class StoreThread : IDisposable
{
    private const int MostAtOnce = 64;

    private readonly BlockingCollection<Work> _queue = [];
    private readonly StoreConnection _connection;
    private readonly Thread _thread;

    /// <param name="connection">The database; owned from now on.</param>
    public StoreThread(StoreConnection connection)
    {
        _connection = connection;
        _thread = new Thread(Run) { IsBackground = true, Name = "Ingot store" };
        _thread.Start();
    }

    /// <summary>Has something done, and gives its outcome once it is kept.</summary>
    public Task<T> RunAsync<T>(Func<StoreConnection, T> work)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T? result = default;
        _queue.Add(new Work(connection => result = work(connection), () => outcome.TrySetResult(result!), outcome.SetException));
        return outcome.Task;
    }

    /// <summary>Does what was asked for until now, and closes the database.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        using (_connection)
        {
            var batch = new List<Work>();
            foreach (var first in _queue.GetConsumingEnumerable())
            {
                batch.Add(first);
                while (batch.Count < MostAtOnce && _queue.TryTake(out var next))
                    batch.Add(next);
                Do(batch);
                batch.Clear();
            }
        }
    }

    private void Do(List<Work> batch)
    {
        var done = new List<Work>(batch.Count);
        try
        {
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (var work in batch)
            {
                if (TryDo(work))
                    done.Add(work);
            }

            _connection.Execute("COMMIT");
        }
        catch (SqliteException exception)
        {
            // Where the whole transaction failed, as on a full disk, nothing of it is kept.
            TryRollBack();
            foreach (var work in batch)
                work.Fail(exception);
            return;
        }

        foreach (var work in done)
            work.Tell();
    }

    private bool TryDo(Work work)
    {
        _connection.Execute("SAVEPOINT work");
        try
        {
            work.Do(_connection);
            _connection.Execute("RELEASE work");
            return true;
        }
        catch (Exception exception)
        {
            _connection.Execute("ROLLBACK TO work");
            _connection.Execute("RELEASE work");
            work.Fail(exception);
            return false;
        }
    }

    private void TryRollBack()
    {
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // The database has rolled back by itself.
        }
    }

    private sealed class Work(Action<StoreConnection> work, Action tell, Action<Exception> fail)
    {
        private bool _failed;

        public void Do(StoreConnection connection) => work(connection);

        public void Tell() => tell();

        public void Fail(Exception exception)
        {
            if (!_failed)
                fail(exception);
            _failed = true;
        }
    }
}
