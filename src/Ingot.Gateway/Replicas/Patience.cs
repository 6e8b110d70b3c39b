namespace Ingot.Gateway.Replicas;

/// <summary>Bounds how long one request waits for a replica's next sign. The clock runs only while it waits.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _given;
    private readonly CancellationToken _cancelled;

    /// <summary>Begins.</summary>
    /// <param name="silence">How long it waits each time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancelled">Ends all waiting.</param>
    public Patience(TimeSpan silence, TimeProvider time, CancellationToken cancelled)
    {
        (_silence, _cancelled) = (silence, cancelled);
        _over = new CancellationTokenSource(silence, time);
        _given = cancelled.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
    }

    /// <summary>Cancelled when it waited for too long or somebody ended it.</summary>
    public CancellationToken Token => _over.Token;

    /// <summary>Waits for something that ends when <see cref="Token"/> is cancelled.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="OperationCanceledException">Somebody ended the waiting.</exception>
    public async ValueTask<T> WaitAsync<T>(ValueTask<T> awaited)
    {
        if (awaited.IsCompleted)
            return await awaited;
        _over.CancelAfter(_silence);
        try
        {
            return await awaited;
        }
        catch (OperationCanceledException exception) when (_over.IsCancellationRequested && !_cancelled.IsCancellationRequested)
        {
            throw new TimeoutException("A replica was silent for too long.", exception);
        }
        finally
        {
            _over.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _given.Dispose();
        _over.Dispose();
    }
}
