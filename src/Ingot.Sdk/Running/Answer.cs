using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>
/// An answer as its reader gets it. It may be ended from outside at any time, also while its reader does something else
/// between two updates: what it holds is given back then, and the reader's next step says so.
/// </summary>
internal sealed class Answer : IAsyncDisposable
{
    private readonly Session _session;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<ChatUpdate> _updates;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isEnded;
    private bool _isClosed;

    /// <param name="session">Whose answer it is.</param>
    /// <param name="turn">What is answered.</param>
    /// <param name="caller">The reader's token.</param>
    /// <param name="end">The session's end.</param>
    public Answer(Session session, ChatTurn turn, CancellationToken caller, CancellationToken end)
    {
        (_session, _caller, ModelId) = (session, caller, turn.Model);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller, end);
        _updates = session.Runtime.AnswerAsync(turn, _stop.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>The model that answers.</summary>
    public string ModelId { get; }

    /// <summary>The update read last.</summary>
    public ChatUpdate Current => _updates.Current;

    /// <summary>Reads the next update.</summary>
    /// <returns>False after the last.</returns>
    /// <exception cref="FoundryLocalException">The turn is refused, or the answer was ended from outside.</exception>
    public async Task<bool> ReadAsync()
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _caller.ThrowIfCancellationRequested();
            if (_isClosed)
                throw Ended(new ObjectDisposedException(nameof(FoundryLocalManager)));
            bool hasMore = await Detached.Begin(() => _updates.MoveNextAsync().AsTask()).ConfigureAwait(false);
            if (hasMore && _updates.Current is UsageUpdate usage)
                _session.Totals.Add(usage.Usage);
            return hasMore;
        }
        catch (OperationCanceledException cancelled) when (_isEnded && !_caller.IsCancellationRequested)
        {
            throw Ended(cancelled);
        }
        catch (Exception exception) when (_session.Translate(exception, _caller) is { } translated)
        {
            throw translated;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends it from outside.</summary>
    public async Task EndAsync()
    {
        _isEnded = true;
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>The reader is done with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _session.Forget(this);
    }

    private static FoundryLocalException Ended(Exception inner) =>
        new("FoundryLocalManager was disposed before the answer was complete. Call CreateAsync first.", inner);

    private async Task CloseAsync()
    {
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Closed already, by the reader or from outside.
            return;
        }

        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_isClosed)
                return;
            _isClosed = true;
            await Detached.Begin(() => _updates.DisposeAsync().AsTask()).ConfigureAwait(false);
            _stop.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }
}
