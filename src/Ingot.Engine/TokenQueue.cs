using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Ingot.Engine;

/// <summary>
/// A generation's events on their way from the engine's thread to the one who reads them, once. An event put in wakes nobody: the
/// engine has the readers of a whole step woken together, by one thread instead of one each (<see cref="WakeUpCall"/>). What a
/// reader does then, up to its next wait, runs on that thread, which may be one of those that compute: the others compute without it
/// meanwhile. A reader who blocks there holds up the other readers until the next step's call.
/// </summary>
internal sealed class TokenQueue : IAsyncEnumerable<TokenEvent>, IAsyncEnumerator<TokenEvent>, IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<TokenEvent> _events = new();
    private readonly CancellationToken _cancellation;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private CancellationTokenRegistration _whenCancelled;
    private CancellationTokenRegistration _whenReaderCancels;
    private Exception? _failure;
    private bool _isComplete;
    private bool _isWaiting;
    private volatile bool _isLeft;

    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    public TokenQueue(CancellationToken cancellation) => _cancellation = cancellation;

    /// <summary>The reader has left; nobody will read what comes.</summary>
    public bool IsLeft => _isLeft;

    /// <inheritdoc/>
    public TokenEvent Current { get; private set; }

    /// <summary>Puts in an event; nothing happens after the end.</summary>
    public void Put(TokenEvent next)
    {
        lock (_lock)
        {
            if (!_isComplete)
                _events.Enqueue(next);
        }
    }

    /// <summary>No more events come, and the reader learns so on a thread of its own: what it does at the end may take long.</summary>
    /// <param name="failure">What the reader gets after the events put in so far; null when they are all.</param>
    public void Complete(Exception? failure = null)
    {
        lock (_lock)
        {
            if (_isComplete)
                return;
            (_isComplete, _failure) = (true, failure);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Lets a waiting reader go on, on this thread.</summary>
    public void Execute()
    {
        lock (_lock)
        {
            if (!_isWaiting || (_events.Count == 0 && !_isComplete))
                return;
            _isWaiting = false;
        }

        _wait.SetResult(true);
    }

    /// <inheritdoc/>
    public IAsyncEnumerator<TokenEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        _whenCancelled = _cancellation.UnsafeRegister(static queue => ((TokenQueue)queue!).Cancel(), this);
        if (cancellationToken != _cancellation)
            _whenReaderCancels = cancellationToken.UnsafeRegister(static queue => ((TokenQueue)queue!).Cancel(), this);
        return this;
    }

    /// <inheritdoc/>
    public ValueTask<bool> MoveNextAsync()
    {
        lock (_lock)
        {
            if (_events.Count > 0 || (_isComplete && _failure is null))
                return ValueTask.FromResult(Take());
            if (_isComplete)
                return ValueTask.FromException<bool>(_failure!);
            _wait.Reset();
            _isWaiting = true;
            return new ValueTask<bool>(this, _wait.Version);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isLeft = true;
        _whenCancelled.Unregister();
        _whenReaderCancels.Unregister();
        return ValueTask.CompletedTask;
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _wait.GetResult(token);
        lock (_lock)
            return Take();
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Cancel() => Complete(new OperationCanceledException());

    private bool Take()
    {
        bool any = _events.TryDequeue(out TokenEvent next);
        Current = next;
        if (!any && _failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return any;
    }
}
