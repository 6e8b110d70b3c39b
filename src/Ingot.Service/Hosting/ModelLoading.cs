using Ingot.Errors;
using Ingot.Models.Store;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Hosting;

/// <summary>
/// The way of a model into memory: not again right after a failure, not before there is room for it, and then as the
/// loader does it. Thread-safe.
/// </summary>
/// <param name="store">Where models' files are.</param>
/// <param name="slots">Where memory is reserved.</param>
/// <param name="load">Loads a model.</param>
/// <param name="memory">How much memory models may take; null for no limit.</param>
/// <param name="close">Takes a model that is leaving out of memory.</param>
/// <param name="logger">Told of loads and failures.</param>
/// <param name="time">The clock.</param>
internal sealed class ModelLoading(
    ModelStore store,
    ModelSlots slots,
    Func<LoadPlan, CancellationToken, Task<LoadedModel>> load,
    MemoryBudget? memory,
    Func<ModelSlot, Task> close,
    ILogger logger,
    TimeProvider time)
{
    /// <summary>What failed lately.</summary>
    internal LoadFailures Failures { get; } = new(time);

    /// <summary>Loads a slot's model.</summary>
    /// <param name="slot">The slot; revoking it gives up.</param>
    /// <exception cref="IngotException">Why it cannot be loaded, or could not a short while ago.</exception>
    /// <exception cref="OperationCanceledException">The slot was revoked.</exception>
    internal async Task<LoadedModel> BringAsync(ModelSlot slot)
    {
        var entry = slot.Entry;
        if (Failures.Recent(entry, Stamp) is { } failure)
            throw failure;
        var stamp = Stamp();
        try
        {
            var need = memory?.Estimate(entry);
            var room = need is null ? null : await MakeRoomAsync(slot, need);
            logger.Loading(entry.Id);
            var started = time.GetTimestamp();
            var plan = new LoadPlan(entry, slot.ExecutionProvider, room) { Runner = slot.Runner, SpareBytes = memory is null ? null : slots.Spare(memory) };
            var model = await load(plan, slot.Revoked);
            var elapsed = time.GetElapsedTime(started);
            logger.Loaded(entry.Id, elapsed.TotalSeconds);
            Failures.Forget(entry);
            return model;
        }
        catch (Exception exception)
        {
            logger.NotLoaded(entry.Id, exception);
            Failures.Add(entry, stamp, exception);
            throw;
        }

        int Stamp() => ModelFiles.Stamp(store.IsCached(entry) ? store.GetPath(entry) : null);
    }

    /// <summary>Waits until there is room for a model, and says how much of it the cache may take.</summary>
    private async Task<long?> MakeRoomAsync(ModelSlot slot, ModelNeed need)
    {
        var (evicted, leaving, reserved) = slots.Reserve(slot, need, memory!);
        foreach (var idle in evicted)
            logger.MakesRoom(idle.Entry.Id, slot.Entry.Id);
        await Task.WhenAll(evicted.Select(close).Concat(leaving.Select(other => other.Closed))).WaitAsync(slot.Revoked);
        return Math.Min(reserved - need.WeightBytes, need.CacheBytes(memory!.FreeBytes() - need.WeightBytes));
    }
}
