namespace Ingot.Server.Http;

/// <summary>
/// Breaks long silence in a stream with comments, as when a long prompt is read. The stream says when it waits and when it writes
/// again itself, so that the two never write at the same time. One timer serves the whole stream.
/// </summary>
internal sealed class KeepAlive(EventWriter events, TimeSpan silence, TimeProvider time, CancellationToken gone) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private Task _comment = Task.CompletedTask;
    private long _since;
    private bool _isWaiting;
    private bool _isDisposed;

    /// <summary>From now on the stream writes nothing, until <see cref="EndWaitAsync"/>.</summary>
    public void BeginWait()
    {
        lock (_lock)
        {
            (_isWaiting, _since) = (true, time.GetTimestamp());
            _timer ??= time.CreateTimer(_ => Look(), null, silence, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>From now on the stream may write again, once this is done.</summary>
    public Task EndWaitAsync()
    {
        lock (_lock)
        {
            _isWaiting = false;
            return _comment;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            TimeSpan left = silence - time.GetElapsedTime(_since);
            if (_isWaiting && left <= TimeSpan.Zero && _comment.IsCompleted)
            {
                _comment = SayAsync();
                _since = time.GetTimestamp();
                left = silence;
            }

            _timer!.Change(left > TimeSpan.Zero ? left : silence, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SayAsync()
    {
        events.Write(": still working"u8);
        await events.FlushAsync(gone);
    }
}
