using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Hosting;

/// <summary>
/// Which models are in memory. Requests for one model share one load and one engine; different models load side by side.
/// A load that fails fails everyone who waits for it and is forgotten; one nobody waits for any more is given up. Thread-safe.
/// </summary>
public sealed partial class ModelHost : IAsyncDisposable
{
    /// <summary>How long work under way may take to end when its model is unloaded by force.</summary>
    internal static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ModelSlot> _slots = new(StringComparer.OrdinalIgnoreCase);
    private readonly ModelCatalog _catalog;
    private readonly ModelStore _store;
    private readonly Func<ModelEntry, CancellationToken, Task<LoadedModel>> _load;
    private readonly ILogger<ModelHost> _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _timeToLive;
    private bool _disposed;

    internal ModelHost(
        ModelCatalog catalog,
        ModelStore store,
        Func<ModelEntry, CancellationToken, Task<LoadedModel>> load,
        ILogger<ModelHost> logger,
        TimeProvider time,
        TimeSpan? timeToLive = null)
    {
        (_catalog, _store, _load, _logger, _time, _timeToLive) = (catalog, store, load, logger, time, timeToLive);
    }

    /// <summary>The models in memory now, by id.</summary>
    public IReadOnlyList<ModelEntry> Loaded
    {
        get
        {
            lock (_lock)
            {
                return [.. _slots.Values
                    .Where(slot => slot is { IsClosing: false, Loaded.IsCompletedSuccessfully: true })
                    .Select(slot => slot.Entry)
                    .OrderBy(entry => entry.Id, StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    /// <summary>Gives a loaded model, loading it if need be.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">No such model, not on this machine, not loadable, or the host has stopped.</exception>
    public Task<ModelLease> AcquireAsync(string model, CancellationToken cancellationToken = default) => AcquireAsync(model, null, cancellationToken);

    /// <summary>Gives a loaded model, loading it if need be, and says how long it is to stay.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="timeToLive">
    /// How long it stays in memory after its last use, from now on; zero unloads it then at once. Null leaves what was said before,
    /// at first the <see cref="IngotOptions.ModelIdleSeconds"/> of the options.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">As <see cref="AcquireAsync(string, CancellationToken)"/>.</exception>
    public async Task<ModelLease> AcquireAsync(string model, TimeSpan? timeToLive, CancellationToken cancellationToken = default) =>
        await AcquireAsync(await ResolveAsync(model, cancellationToken), timeToLive, cancellationToken);

    /// <summary>Gives a loaded model, loading it if need be.</summary>
    /// <param name="entry">Its catalog entry.</param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">Not on this machine, not loadable, or the host has stopped.</exception>
    public Task<ModelLease> AcquireAsync(ModelEntry entry, CancellationToken cancellationToken = default) => AcquireAsync(entry, null, cancellationToken);

    private async Task<ModelLease> AcquireAsync(ModelEntry entry, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (slot, isNew, isClosing) = Enter(entry, timeToLive);
            if (isClosing)
            {
                await slot.Closed.WaitAsync(cancellationToken);
                continue;
            }

            if (isNew)
                _ = FillAsync(slot);
            try
            {
                return new ModelLease(slot, await slot.Loaded.WaitAsync(cancellationToken), Release);
            }
            catch
            {
                Release(slot);
                throw;
            }
        }
    }

    /// <summary>Brings a model into memory and leaves it there.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">As <see cref="AcquireAsync(string, CancellationToken)"/>.</exception>
    public async Task LoadAsync(string model, CancellationToken cancellationToken = default) =>
        (await AcquireAsync(model, cancellationToken)).Dispose();

    /// <summary>Brings a model into memory and leaves it there.</summary>
    /// <param name="entry">Its catalog entry.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">As <see cref="AcquireAsync(ModelEntry, CancellationToken)"/>.</exception>
    public async Task LoadAsync(ModelEntry entry, CancellationToken cancellationToken = default) =>
        (await AcquireAsync(entry, cancellationToken)).Dispose();

    /// <summary>Whether a model is in memory.</summary>
    /// <param name="entry">Its catalog entry.</param>
    public bool IsLoaded(ModelEntry entry) => Loaded.Any(loaded => string.Equals(loaded.Id, entry.Id, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes a model out of memory; an alias or a name takes every loaded variant of it.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="force">True ends requests under way; false refuses while there are any.</param>
    /// <param name="cancellationToken">Stops waiting for the end of requests under way; the model is unloaded all the same.</param>
    /// <returns>False when the model was not loaded.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> while requests use it; <see cref="ErrorCode.ModelNotFound"/>.</exception>
    public async Task<bool> UnloadAsync(string model, bool force = false, CancellationToken cancellationToken = default)
    {
        var closing = BeginClose(slot => Means(slot.Entry, model), force);
        if (closing.Count == 0)
            await _catalog.FindAsync(model, cancellationToken);
        await Task.WhenAll(closing.Select(CloseAsync)).WaitAsync(cancellationToken);
        return closing.Count > 0;
    }

    /// <summary>Removes a model's files from the cache.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> while it is loaded, and as <see cref="ModelStore.Remove"/>.</exception>
    public async Task RemoveAsync(string model, CancellationToken cancellationToken = default)
    {
        var entry = await _catalog.FindAsync(model, cancellationToken);
        lock (_lock)
        {
            if (_slots.ContainsKey(entry.Id))
                throw new IngotException(ErrorCode.Conflict, $"Model '{entry.Id}' is loaded; unload it first.", "model");
            _store.Remove(entry);
        }

        await _catalog.RefreshAsync(cancellationToken);
    }

    /// <summary>Ends what is under way and takes every model out of memory.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _disposed = true;
        await Task.WhenAll(BeginClose(_ => true, force: true).Select(CloseAsync));
    }

    // A loaded model is found even when its catalog is gone meanwhile.
    private async Task<ModelEntry> ResolveAsync(string model, CancellationToken cancellationToken) =>
        Loaded.FirstOrDefault(entry => string.Equals(entry.Id, model, StringComparison.OrdinalIgnoreCase))
        ?? await _catalog.FindAsync(model, cancellationToken);

    private static bool Means(ModelEntry entry, string model) =>
        new[] { entry.Id, entry.Name, entry.Alias, entry.Uri }.Contains(model, StringComparer.OrdinalIgnoreCase);

    private (ModelSlot Slot, bool IsNew, bool IsClosing) Enter(ModelEntry entry, TimeSpan? timeToLive)
    {
        lock (_lock)
        {
            if (_disposed)
                throw new IngotException(ErrorCode.EngineStopped, "Ingot is stopping; no model is loaded any more.");
            var isNew = !_slots.TryGetValue(entry.Id, out var slot);
            if (isNew)
                _slots.Add(entry.Id, slot = new ModelSlot(entry) { TimeToLive = _timeToLive });
            if (!slot!.IsClosing)
            {
                slot.Users++;
                slot.TimeToLive = timeToLive ?? slot.TimeToLive;
                slot.StopTimer();
            }

            return (slot, isNew, slot.IsClosing);
        }
    }

    private void Release(ModelSlot slot)
    {
        var abandoned = false;
        lock (_lock)
        {
            slot.Users--;
            if (slot.Users == 0 && slot.IsClosing)
                slot.SetIdle();
            else if (slot.Users == 0 && !slot.Loaded.IsCompleted)
                abandoned = slot.IsClosing = true;
            else if (slot.Users == 0)
                slot.StartTimer(_time, use => _ = UnloadIdleAsync(slot, use));
        }

        if (abandoned)
            _ = slot.RevokeAsync();
    }

    private async Task FillAsync(ModelSlot slot)
    {
        LogLoading(slot.Entry.Id);
        var started = _time.GetTimestamp();
        var load = _load(slot.Entry, slot.Revoked);
        await ((Task)load).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bool keep;
        lock (_lock)
        {
            keep = load.IsCompletedSuccessfully && !slot.IsClosing;
            if (keep)
            {
                slot.SetLoaded(load.Result);
            }
            else
            {
                slot.IsClosing = true;
                _slots.Remove(slot.Entry.Id);
            }
        }

        if (keep)
        {
            var elapsed = _time.GetElapsedTime(started);
            LogLoaded(slot.Entry.Id, elapsed.TotalSeconds);
            return;
        }

        if (load.IsCompletedSuccessfully)
            load.Result.Dispose();
        var reason = load.Exception?.InnerException
            ?? new IngotException(ErrorCode.EngineStopped, $"Model '{slot.Entry.Id}' was unloaded while it was being loaded.", "model");
        LogNotLoaded(slot.Entry.Id, reason);
        slot.SetFailed(reason);
        slot.Dispose();
    }

    private List<ModelSlot> BeginClose(Func<ModelSlot, bool> chosen, bool force)
    {
        lock (_lock)
        {
            List<ModelSlot> slots = [.. _slots.Values.Where(chosen)];
            if (!force && slots.FirstOrDefault(slot => slot.Users > 0) is { } used)
            {
                throw new IngotException(ErrorCode.Conflict,
                    $"Model '{used.Entry.Id}' cannot be unloaded: {used.Users} request(s) still use it.", "model");
            }

            foreach (var slot in slots)
            {
                slot.IsClosing = true;
                if (slot.Users == 0)
                    slot.SetIdle();
            }

            return slots;
        }
    }

    private async Task UnloadIdleAsync(ModelSlot slot, object lastUse)
    {
        lock (_lock)
        {
            // Between the timer's end and this line somebody may have used the model, or closed it.
            if (slot.LastUse != lastUse || slot.IsClosing)
                return;
            slot.IsClosing = true;
            slot.SetIdle();
        }

        LogIdle(slot.Entry.Id);
        await CloseAsync(slot);
    }

    private async Task CloseAsync(ModelSlot slot)
    {
        await slot.RevokeAsync();
        if (slot.Loaded.IsCompletedSuccessfully)
        {
            try
            {
                await slot.Idle.WaitAsync(DrainTime, _time);
            }
            catch (TimeoutException)
            {
                LogNotDrained(slot.Entry.Id);
            }

            CloseLoaded(slot);
        }

        await slot.Closed;
    }

    // Two who close at the same time both come here; the first in the lock frees the model.
    private void CloseLoaded(ModelSlot slot)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(slot.Entry.Id, out var current) || current != slot || slot.IsFreed)
                return;
            slot.IsFreed = true;
        }

        slot.Loaded.Result.Dispose();
        lock (_lock)
            _slots.Remove(slot.Entry.Id);
        LogUnloaded(slot.Entry.Id);
        slot.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loading model {Model}")]
    private partial void LogLoading(string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded model {Model} in {Seconds:F2} s")]
    private partial void LogLoaded(string model, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} was not loaded")]
    private partial void LogNotLoaded(string model, Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Unloaded model {Model}")]
    private partial void LogUnloaded(string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} was not used for its time to live")]
    private partial void LogIdle(string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests of model {Model} did not end in time; it is unloaded under them")]
    private partial void LogNotDrained(string model);
}
