using Ingot.Engine.Running;
using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>
/// A model's place in the host, from the first request for it until it is out of memory again. What can be set, and the
/// timer, belong to the lock of <see cref="ModelSlots"/>.
/// </summary>
internal sealed class ModelSlot : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _revoke = new();
    private volatile TaskCompletionSource<LoadedModel> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>What is to compute it; null: as the model says. Settled with its load.</summary>
    internal string? ExecutionProvider { get; set; }

    /// <summary>Which runner is to; null: as the options say. Settled with its load.</summary>
    internal RunnerPreference? Runner { get; set; }

    /// <summary>Leases, and callers who wait for one.</summary>
    internal int Users { get; set; }

    /// <summary>No new users: whoever wants the model waits for <see cref="Closed"/> and begins anew.</summary>
    internal bool IsClosing { get; set; }

    /// <summary>Work with it is to end now: a load under way is given up.</summary>
    internal bool IsRevoked { get; set; }

    /// <summary>Somebody has begun to free the model.</summary>
    internal bool IsFreed { get; set; }

    /// <summary>How long and how firmly the model stays.</summary>
    internal ModelStay Stay { get; set; }

    /// <summary>Bytes it takes, as far as known.</summary>
    internal long MemoryBytes { get; set; }

    internal DateTimeOffset? LoadedAt { get; set; }

    /// <summary>When the last user left, or the slot was made.</summary>
    internal DateTimeOffset LastUsedAt { get; set; }

    /// <summary>The model, once; or why it could not be loaded.</summary>
    internal Task<LoadedModel> Loaded => _loaded.Task;

    /// <summary>Done when a closing slot has no users left.</summary>
    internal Task Idle => _idle.Task;

    /// <summary>Done when the model is out of memory and the slot out of the host.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>Cancelled when the slot is revoked: ends the load, and the work of those who hold leases.</summary>
    internal CancellationToken Revoked { get; }

    /// <summary>The use whose end the timer counts from; null while none runs. A timer that is late knows by it that it is.</summary>
    internal object? LastUse { get; private set; }

    internal ModelState State => (IsClosing, Loaded.IsCompletedSuccessfully) switch
    {
        (true, _) => ModelState.Unloading,
        (_, true) => ModelState.Loaded,
        _ => ModelState.Loading,
    };

    /// <summary>The last user has left: says so when the time to live is over, unless <see cref="StopTimer"/> comes first.</summary>
    internal void StartTimer(TimeProvider time, Action<object> timedOut)
    {
        if (Stay.IdleTime is not { } idleTime)
            return;
        var use = LastUse = new object();
        _timer = time.CreateTimer(_ => timedOut(use), null, idleTime, Timeout.InfiniteTimeSpan);
    }

    internal void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
        LastUse = null;
    }

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

    /// <summary>Lets go of a model that was disposed, so that nobody who still knows the slot keeps it in memory.</summary>
    internal void ForgetModel()
    {
        var gone = new TaskCompletionSource<LoadedModel>();
        gone.SetCanceled();
        _loaded = gone;
    }

    internal void SetIdle() => _idle.TrySetResult();

    internal LoadedModelState Describe(DateTimeOffset now)
    {
        var runner = Loaded.IsCompletedSuccessfully ? Loaded.Result.Runner : null;
        var lastUsed = Users > 0 ? now : LastUsedAt;
        return new LoadedModelState
        {
            Entry = Entry,
            State = State,
            MemoryBytes = MemoryBytes,
            ActiveRequests = Users,
            LoadedAt = LoadedAt,
            LastUsedAt = lastUsed,
            ExpiresAt = lastUsed + Stay.IdleTime,
            Pinned = Stay.IsPinned,
            ExecutionProvider = runner?.Provider ?? ExecutionProvider ?? ExecutionProviders.Cpu,
            Runner = runner,
            Statistics = Loaded is { IsCompletedSuccessfully: true } loaded ? loaded.Result.Statistics : null,
        };
    }

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
