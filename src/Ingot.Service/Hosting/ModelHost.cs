using System.Runtime.CompilerServices;
using Ingot.Engine;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Hosting;

/// <summary>
/// Which models are in memory. Requests for one model share one load and one engine; different models load side by side.
/// A load that fails fails everyone who waits for it, and for a short time those who come next; one nobody waits for any
/// more is given up. A model that is being unloaded takes no new requests: they wait for its end and load it again. Models
/// that nobody uses leave when another needs their memory. Thread-safe.
/// </summary>
public sealed class ModelHost : IAsyncDisposable
{
    /// <summary>How long work under way may take to end when its model is unloaded by force.</summary>
    internal static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    // The process stands still while it gives memory back; for less it does not.
    private const long WorthReleasing = 16 << 20;

    private readonly ModelCatalog _catalog;
    private readonly ModelStore _store;
    private readonly ILogger<ModelHost> _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _usualIdleTime;
    private readonly ModelSlots _slots;
    private readonly ModelLoading _loading;

    internal ModelHost(
        ModelCatalog catalog,
        ModelStore store,
        Func<LoadPlan, CancellationToken, Task<LoadedModel>> load,
        ILogger<ModelHost> logger,
        TimeProvider time,
        TimeSpan? usualIdleTime = null,
        MemoryBudget? memory = null)
    {
        (_catalog, _store, _logger, _time, _usualIdleTime) = (catalog, store, logger, time, usualIdleTime);
        MemoryBudgetBytes = memory?.Bytes;
        _slots = new ModelSlots(time, ModelStay.Usual(usualIdleTime), (slot, use) => _ = UnloadIdleAsync(slot, use));
        _loading = new ModelLoading(store, _slots, load, memory, slot => CloseAsync(slot, force: false), logger, time);
    }

    /// <summary>The models in memory now, by id.</summary>
    public IReadOnlyList<ModelEntry> Loaded => _slots.Loaded;

    /// <summary>The models in memory, on their way there and on their way out, by id.</summary>
    public IReadOnlyList<LoadedModelState> States => _slots.States;

    /// <summary>The most bytes the weights and key-value caches of all models may take together; null for no limit.</summary>
    public long? MemoryBudgetBytes { get; }

    /// <summary>Gives a loaded model, loading it if need be.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">No such model, not on this machine, not loadable, or the host has stopped.</exception>
    public Task<ModelLease> AcquireAsync(string model, CancellationToken cancellationToken = default) => AcquireAsync(model, null, cancellationToken);

    /// <summary>Gives a loaded model, loading it if need be, and says how long it is to stay.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="timeToLive">
    /// How long it stays in memory after its last use, from now on; zero unloads it then at once. Null leaves what was said before,
    /// at first the <see cref="IngotOptions.ModelIdleSeconds"/> of the options. A pinned model stays all the same.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">As <see cref="AcquireAsync(string, CancellationToken)"/>.</exception>
    public Task<ModelLease> AcquireAsync(string model, TimeSpan? timeToLive, CancellationToken cancellationToken = default) =>
        AcquireAsync(model, timeToLive, null, cancellationToken);

    /// <summary>Gives a loaded model, loading it if need be, and says what is to compute it.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="timeToLive">As in <see cref="AcquireAsync(string, TimeSpan?, CancellationToken)"/>.</param>
    /// <param name="executionProvider">What is to compute it, in any spelling; null or empty where that is all the same.</param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">
    /// As <see cref="AcquireAsync(string, CancellationToken)"/>; <see cref="ErrorCode.UnsupportedValue"/> for an execution provider that is not
    /// here; <see cref="ErrorCode.Conflict"/> where another one computes the model already.
    /// </exception>
    public async Task<ModelLease> AcquireAsync(string model, TimeSpan? timeToLive, string? executionProvider, CancellationToken cancellationToken = default)
    {
        var provider = executionProvider is { Length: > 0 } asked ? ExecutionProviders.Require(asked).Name : null;
        return await EnterAsync(await ResolveAsync(model, cancellationToken), Terms, cancellationToken);

        void Terms(ModelSlot slot)
        {
            slot.Stay = slot.Stay.With(timeToLive);
            SettleRunner(slot, provider, null);
        }
    }

    /// <summary>Gives a loaded model, loading it if need be.</summary>
    /// <param name="entry">Its catalog entry.</param>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same model still get it.</param>
    /// <exception cref="IngotException">Not on this machine, not loadable, or the host has stopped.</exception>
    public Task<ModelLease> AcquireAsync(ModelEntry entry, CancellationToken cancellationToken = default) => EnterAsync(entry, null, cancellationToken);

    /// <summary>Brings a model into memory, and says how long and how firmly it is to stay there.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="options">How to load it; what it says of the stay holds for a model that is loaded already, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">
    /// As <see cref="AcquireAsync(string, CancellationToken)"/>; <see cref="ErrorCode.UnsupportedValue"/> for an execution
    /// provider that is not here; <see cref="ErrorCode.InvalidValue"/> for a negative time.
    /// </exception>
    public async Task LoadAsync(string model, ModelLoadOptions options, CancellationToken cancellationToken = default)
    {
        var provider = options.ExecutionProvider is { Length: > 0 } asked ? ExecutionProviders.Require(asked).Name : null;
        if (options.TimeToLive is { } timeToLive && timeToLive < TimeSpan.Zero && timeToLive != Timeout.InfiniteTimeSpan)
            throw new IngotException(ErrorCode.InvalidValue, "Invalid value for 'ttl': it must not be negative.", "ttl");
        var entry = await ResolveAsync(model, cancellationToken);
        (await EnterAsync(entry, Terms, cancellationToken)).Dispose();

        void Terms(ModelSlot slot)
        {
            slot.Stay = ModelStay.Of(options, _usualIdleTime);
            SettleRunner(slot, provider, options.Runner);
        }
    }

    /// <summary>Brings a model into memory; one that is there stays as was said before.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">As <see cref="AcquireAsync(string, CancellationToken)"/>.</exception>
    public async Task LoadAsync(string model, CancellationToken cancellationToken = default) =>
        (await AcquireAsync(model, cancellationToken)).Dispose();

    /// <summary>Brings a model into memory; one that is there stays as was said before.</summary>
    /// <param name="entry">Its catalog entry.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">As <see cref="AcquireAsync(ModelEntry, CancellationToken)"/>.</exception>
    public async Task LoadAsync(ModelEntry entry, CancellationToken cancellationToken = default) =>
        (await AcquireAsync(entry, cancellationToken)).Dispose();

    /// <summary>Whether a model is in memory.</summary>
    /// <param name="entry">Its catalog entry.</param>
    public bool IsLoaded(ModelEntry entry) => Loaded.Any(loaded => string.Equals(loaded.Id, entry.Id, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Takes a model out of memory; an alias or a name takes every loaded variant of it. Without force the requests that use
    /// it come to their end first, and one that was loaded with a time to live stays while that runs.
    /// </summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="force">True ends the requests that use it, with an error to their callers, and a load under way.</param>
    /// <param name="cancellationToken">Stops waiting for the end of requests under way; the model is unloaded all the same.</param>
    /// <returns>What became of it; of several variants, the first of the results that holds for any.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelNotFound"/>.</exception>
    public async Task<UnloadResult> UnloadAsync(string model, bool force = false, CancellationToken cancellationToken = default)
    {
        var (closing, kept) = _slots.Close(slot => Means(slot.Entry, model), force);
        if (closing.Count == 0 && kept == 0)
            await _catalog.FindAsync(model, cancellationToken);
        await Task.WhenAll(closing.Select(slot => CloseAsync(slot, force))).WaitAsync(cancellationToken);
        return closing.Count > 0 ? UnloadResult.Unloaded : kept > 0 ? UnloadResult.KeptByTimeToLive : UnloadResult.NotLoaded;
    }

    /// <summary>Takes a model out of memory, whatever time to live it was given; waits for no request, which may be the caller's own.</summary>
    /// <param name="entry">Its catalog entry; nothing happens when it is not in memory.</param>
    /// <param name="cancellationToken">Stops waiting; the model is unloaded all the same.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> while requests use it.</exception>
    public async Task UnloadUnusedAsync(ModelEntry entry, CancellationToken cancellationToken = default)
    {
        if (_slots.CloseUnused(entry) is { } slot)
            await CloseAsync(slot, force: false).WaitAsync(cancellationToken);
    }

    /// <summary>Takes every model out of memory, each as <see cref="UnloadAsync"/> does.</summary>
    /// <param name="force">As in <see cref="UnloadAsync"/>.</param>
    /// <param name="cancellationToken">As in <see cref="UnloadAsync"/>.</param>
    public Task UnloadAllAsync(bool force = false, CancellationToken cancellationToken = default) =>
        Task.WhenAll(_slots.Close(_ => true, force).Closing.Select(slot => CloseAsync(slot, force))).WaitAsync(cancellationToken);

    /// <summary>Removes a model's files from the cache.</summary>
    /// <param name="model">Its alias, name or id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> while it is loaded, and as <see cref="ModelStore.Remove"/>.</exception>
    public async Task RemoveAsync(string model, CancellationToken cancellationToken = default)
    {
        var entry = await _catalog.FindAsync(model, cancellationToken);
        _slots.WhileAbsent(entry, () => _store.Remove(entry));
        await _catalog.RefreshAsync(cancellationToken);
    }

    /// <summary>Ends what is under way and takes every model out of memory.</summary>
    public async ValueTask DisposeAsync()
    {
        _slots.Stop();
        await UnloadAllAsync(force: true);
    }

    // A loaded model is found even when its catalog is gone meanwhile.
    private async Task<ModelEntry> ResolveAsync(string model, CancellationToken cancellationToken) =>
        Loaded.FirstOrDefault(entry => string.Equals(entry.Id, model, StringComparison.OrdinalIgnoreCase))
        ?? await _catalog.FindAsync(model, cancellationToken);

    private static bool Means(ModelEntry entry, string model) =>
        new[] { entry.Id, entry.Name, entry.Alias, entry.Uri }.Contains(model, StringComparer.OrdinalIgnoreCase);

    private async Task<ModelLease> EnterAsync(ModelEntry entry, Action<ModelSlot>? terms, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (slot, isNew, isClosing) = _slots.Enter(entry, terms);
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

    // Only who comes first can say what computes the model; the others get what there is, or hear that it is another.
    private static void SettleRunner(ModelSlot slot, string? provider, RunnerPreference? runner)
    {
        if (slot.Users == 1 && slot.State is ModelState.Loading)
            (slot.ExecutionProvider, slot.Runner) = (provider, runner);
        else if (provider is not null && slot.Describe(DateTimeOffset.UnixEpoch).ExecutionProvider is var there && there != provider)
            throw new IngotException(ErrorCode.Conflict, $"Model '{slot.Entry.Id}' is in memory on '{there}'; unload it to load it on '{provider}'.", "ep");
    }

    private void Release(ModelSlot slot)
    {
        if (!_slots.Leave(slot))
            _ = slot.RevokeAsync();
    }

    private async Task FillAsync(ModelSlot slot)
    {
        var load = _loading.BringAsync(slot);
        await ((Task)load).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (load.IsCompletedSuccessfully && _slots.TrySetLoaded(slot, load.Result))
            return;
        if (load.IsCompletedSuccessfully)
            load.Result.Dispose();
        var reason = load.Exception?.InnerException
            ?? new IngotException(ErrorCode.EngineStopped, $"Model '{slot.Entry.Id}' was unloaded while it was being loaded.", "model");
        _slots.Remove(slot);
        slot.SetFailed(reason);
        slot.Dispose();
    }

    private async Task UnloadIdleAsync(ModelSlot slot, object lastUse)
    {
        if (!_slots.CloseIdle(slot, lastUse))
            return;
        _logger.Idle(slot.Entry.Id);
        await CloseAsync(slot, force: false);
    }

    private async Task CloseAsync(ModelSlot slot, bool force)
    {
        if (force)
            await slot.RevokeAsync();
        await ((Task)slot.Loaded).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (slot.Loaded.IsCompletedSuccessfully)
        {
            try
            {
                await slot.Idle.WaitAsync(force ? DrainTime : Timeout.InfiniteTimeSpan, _time);
            }
            catch (TimeoutException)
            {
                _logger.NotDrained(slot.Entry.Id);
            }

            Free(slot);
        }

        await slot.Closed;
    }

    // Two who close at the same time both come here; the first frees the model.
    private void Free(ModelSlot slot)
    {
        if (!_slots.TryBeginFree(slot))
            return;
        try
        {
            DisposeModel(slot);
            _logger.Unloaded(slot.Entry.Id);
        }
        finally
        {
            slot.ForgetModel();
            if (slot.MemoryBytes >= WorthReleasing)
                ProcessMemory.Release();
            _slots.Remove(slot);
            slot.Dispose();
        }
    }

    // Apart, so that no local of the method that gives the memory back holds the model.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DisposeModel(ModelSlot slot) => slot.Loaded.Result.Dispose();
}
