using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Ingot.Engine;

/// <summary>
/// A generation's events on their way from the engine's thread to the one who reads them, once. An event put in wakes nobody: the
/// engine has the readers of a whole step woken together, by one thread instead of one each (<see cref="WakeUps"/>). What a
/// reader does then, up to its next wait, runs on that thread, which may be one of those that compute: the others compute without it
/// meanwhile. A reader who blocks there holds up the other readers until the next step's call.
/// </summary>
/// <remarks>
/// No locks. Who waits says for which event, by its number, and then looks once more whether it is there; who wakes looks for what is there and then
/// whether somebody waits for that: one of the two sees the other. Whoever takes the number back, by an exchange, goes on with the reading: the
/// reader itself, or one of those who came to wake it.
/// </remarks>
internal sealed class TokenQueue : IAsyncEnumerable<TokenEvent>, IAsyncEnumerator<TokenEvent>, IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private const long Nothing = 0;
    private static readonly object WithoutFailure = new();

    private readonly TokenLine _events = new();
    private readonly CancellationToken _cancellation;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private CancellationTokenRegistration _whenCancelled;
    private CancellationTokenRegistration _whenReaderCancels;

    // Null before the end; then, for good, an exception or WithoutFailure.
    private object? _end;

    // The event that the reader waits for, counted from 1.
    private long _awaited = Nothing;
    private bool _isOver;
    private volatile bool _isLeft;

    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    public TokenQueue(CancellationToken cancellation) => _cancellation = cancellation;

    /// <summary>The reader has left; nobody will read what comes.</summary>
    public bool IsLeft => _isLeft;

    /// <inheritdoc/>
    public TokenEvent Current { get; private set; }

    private bool HasEnded => Volatile.Read(ref _end) is not null;

    private bool HasNext => _events.WrittenCount > _events.ReadCount || HasEnded;

    /// <summary>Puts in an event; nothing happens after the end. By one thread at a time.</summary>
    public void Put(in TokenEvent next)
    {
        if (!HasEnded)
            _events.Write(next);
    }

    /// <summary>No more events come, and the reader learns so on a thread of its own: what it does at the end may take long.</summary>
    /// <param name="failure">What the reader gets after the events put in so far; null when they are all.</param>
    public void Complete(Exception? failure = null)
    {
        if (Interlocked.CompareExchange(ref _end, failure ?? WithoutFailure, null) is null)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Lets a waiting reader go on, on this thread.</summary>
    public void Execute()
    {
        // What was put in before is seen by readers who do not wait yet.
        Interlocked.MemoryBarrier();
        long awaited = Volatile.Read(ref _awaited);
        if (awaited != Nothing && (_events.WrittenCount >= awaited || HasEnded) && TryTakeBack(awaited))
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
        if (!HasNext)
        {
            long awaited = _events.ReadCount + 1;
            _wait.Reset();
            Interlocked.Exchange(ref _awaited, awaited);
            if (!HasNext || !TryTakeBack(awaited))
                return new ValueTask<bool>(this, _wait.Version);
        }

        return TryTake() || _end is not Exception failure ? ValueTask.FromResult(!_isOver) : ValueTask.FromException<bool>(failure);
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
        if (!TryTake() && _end is Exception failure)
            ExceptionDispatchInfo.Throw(failure);
        return !_isOver;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Cancel() => Complete(new OperationCanceledException());

    private bool TryTakeBack(long awaited) => Interlocked.CompareExchange(ref _awaited, Nothing, awaited) == awaited;

    // There is something. After the end, as the reader saw it, comes nothing any more, even if somebody was just putting it in.
    private bool TryTake()
    {
        TokenEvent next = default;
        _isOver = _isOver || !_events.TryRead(out next);
        Current = next;
        return !_isOver;
    }
}
