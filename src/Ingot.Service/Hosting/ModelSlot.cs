using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>
/// A model's place in the host, from the first request for it until it is out of memory again.
/// <c>Users</c>, <c>IsClosing</c>, <c>IsFreed</c> and the timer belong to the host's lock.
/// </summary>
internal sealed class ModelSlot : IDisposable
{
    // Timers take no longer time; nobody will miss an end in seven weeks.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _revoke = new();
    private readonly TaskCompletionSource<LoadedModel> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ITimer? _timer;
    private bool _disposed;

    internal ModelSlot(ModelEntry entry)
    {
        Entry = entry;
        Revoked = _revoke.Token;
    }

    internal ModelEntry Entry { get; }

    /// <summary>Leases, and callers who wait for one.</summary>
    internal int Users { get; set; }

    /// <summary>No new users: whoever wants the model waits for <see cref="Closed"/> and begins anew.</summary>
    internal bool IsClosing { get; set; }

    /// <summary>How long the model stays after its last use; null means until it is unloaded.</summary>
    internal TimeSpan? TimeToLive { get; set; }

    /// <summary>Somebody has begun to free the model.</summary>
    internal bool IsFreed { get; set; }

    /// <summary>The model, once; or why it could not be loaded.</summary>
    internal Task<LoadedModel> Loaded => _loaded.Task;

    /// <summary>Done when a closing slot has no users left.</summary>
    internal Task Idle => _idle.Task;

    /// <summary>Done when the model is out of memory and the slot out of the host.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>Cancelled when the slot closes: ends the load, and the work of those who hold leases.</summary>
    internal CancellationToken Revoked { get; }

    /// <summary>The last user has left: says so when the time to live is over, unless <see cref="StopTimer"/> comes first.</summary>
    internal void StartTimer(TimeProvider time, Action<object> timedOut)
    {
        if (TimeToLive is not { } timeToLive || timeToLive > LongestTimer)
            return;
        var use = LastUse = new object();
        _timer = time.CreateTimer(_ => timedOut(use), null, timeToLive, Timeout.InfiniteTimeSpan);
    }

    internal void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
        LastUse = null;
    }

    /// <summary>The use whose end the timer counts from; null while none runs. A timer that is late knows by it that it is.</summary>
    internal object? LastUse { get; private set; }

    internal Task RevokeAsync()
    {
        lock (_lock)
            return _disposed ? Task.CompletedTask : _revoke.CancelAsync();
    }

    internal void SetLoaded(LoadedModel model) => _loaded.TrySetResult(model);

    internal void SetFailed(Exception reason)
    {
        _loaded.TrySetException(reason);

        // Read here, so that a failure nobody waits for any more is not reported as unobserved.
        _ = _loaded.Task.Exception;
    }

    internal void SetIdle() => _idle.TrySetResult();

    /// <summary>The model is out of memory and the slot out of the host.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            StopTimer();
            _revoke.Dispose();
        }

        _closed.TrySetResult();
    }
}
