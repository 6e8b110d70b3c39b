using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>
/// Which models have a place in the host, and who uses them: bookkeeping under one lock. Nothing here waits or computes.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="usualStay">How long models stay where nobody says.</param>
/// <param name="timedOut">Told, with the slot and the use it counted from, when a model was not used for its time.</param>
internal sealed class ModelSlots(TimeProvider time, ModelStay usualStay, Action<ModelSlot, object> timedOut)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ModelSlot> _slots = new(StringComparer.OrdinalIgnoreCase);
    private bool _stopped;

    /// <summary>The models that are loaded and stay so, by id.</summary>
    internal IReadOnlyList<ModelEntry> Loaded
    {
        get
        {
            lock (_lock)
                return [.. InOrder().Where(slot => slot.State == ModelState.Loaded).Select(slot => slot.Entry)];
        }
    }

    /// <summary>All models with a place, by id.</summary>
    internal IReadOnlyList<LoadedModelState> States
    {
        get
        {
            var now = time.GetUtcNow();
            lock (_lock)
                return [.. InOrder().Select(slot => slot.Describe(now))];
        }
    }

    /// <summary>Adds a user to a model's slot, making the slot if there is none. A closing slot takes none: wait for its end.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="terms">What the user says about the slot; null for nothing.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.EngineStopped"/> after <see cref="Stop"/>.</exception>
    internal (ModelSlot Slot, bool IsNew, bool IsClosing) Enter(ModelEntry entry, Action<ModelSlot>? terms)
    {
        lock (_lock)
        {
            if (_stopped)
                throw new IngotException(ErrorCode.EngineStopped, "Ingot is stopping; no model is loaded any more.");
            var isNew = !_slots.TryGetValue(entry.Id, out var slot);
            if (isNew)
                _slots.Add(entry.Id, slot = new ModelSlot(entry) { Stay = usualStay, LastUsedAt = time.GetUtcNow() });
            if (!slot!.IsClosing)
            {
                slot.Users++;
                slot.StopTimer();
                Apply(slot, terms);
            }

            return (slot, isNew, slot.IsClosing);
        }
    }

    // Terms that are refused leave things as they were.
    private void Apply(ModelSlot slot, Action<ModelSlot>? terms)
    {
        try
        {
            terms?.Invoke(slot);
        }
        catch
        {
            if (slot is { Users: 1, Loaded.IsCompleted: true })
                slot.StartTimer(time, use => timedOut(slot, use));
            slot.Users--;
            throw;
        }
    }

    /// <summary>Takes a user away.</summary>
    /// <returns>False when that was the last one and the model is still being loaded: then nobody waits for it, and the load is to be given up.</returns>
    internal bool Leave(ModelSlot slot)
    {
        lock (_lock)
        {
            slot.Users--;
            slot.LastUsedAt = time.GetUtcNow();
            if (slot.Users > 0)
                return true;
            if (!slot.Loaded.IsCompleted)
            {
                slot.IsClosing = slot.IsRevoked = true;
                return false;
            }

            if (slot.IsClosing)
                slot.SetIdle();
            else
                slot.StartTimer(time, use => timedOut(slot, use));
            return true;
        }
    }

    /// <summary>Reserves memory for a model that is about to be loaded, and closes the idle models that have to leave for it.</summary>
    /// <param name="slot">The model's slot.</param>
    /// <param name="need">What it will need.</param>
    /// <param name="budget">Decides.</param>
    /// <returns>The slots closed here, those that were leaving already and whose memory is needed too, and the bytes reserved.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.InsufficientMemory"/>: there is no room, and nothing was closed.</exception>
    internal (IReadOnlyList<ModelSlot> Closed, IReadOnlyList<ModelSlot> Leaving, long Bytes) Reserve(ModelSlot slot, ModelNeed need, MemoryBudget budget)
    {
        lock (_lock)
        {
            ModelSlot[] others = [.. _slots.Values.Where(other => other != slot)];
            ModelSlot[] leaving = [.. others.Where(other => other is { IsClosing: true, MemoryBytes: > 0 })];
            var (closed, bytes) = budget.Admit(slot, need, others);
            foreach (var idle in closed)
                CloseNow(idle);
            slot.MemoryBytes = bytes;
            var waits = bytes + others.Sum(other => other.MemoryBytes) > budget.Bytes;
            return (closed, waits ? leaving : [], bytes);
        }
    }

    /// <summary>Tells what a budget has left beside all that is reserved and held.</summary>
    /// <param name="budget">The budget.</param>
    /// <returns>Bytes, 0 or more.</returns>
    internal long Spare(MemoryBudget budget)
    {
        lock (_lock)
            return Math.Max(0, budget.Bytes - _slots.Values.Sum(slot => slot.MemoryBytes));
    }

    /// <summary>Puts the model into its slot, unless the slot was revoked meanwhile.</summary>
    internal bool TrySetLoaded(ModelSlot slot, LoadedModel model)
    {
        lock (_lock)
        {
            if (slot.IsRevoked)
                return false;
            slot.LoadedAt = time.GetUtcNow();
            slot.MemoryBytes = model.MemoryBytes;
            slot.SetLoaded(model);
            return true;
        }
    }

    /// <summary>Closes slots to new users.</summary>
    /// <param name="chosen">Which.</param>
    /// <param name="force">Whether also those that are promised to stay, and so that the work of their users is to end.</param>
    /// <returns>The slots that are closing now or were already, and how many stay because that was promised.</returns>
    internal (IReadOnlyList<ModelSlot> Closing, int Kept) Close(Func<ModelSlot, bool> chosen, bool force)
    {
        lock (_lock)
        {
            ModelSlot[] slots = [.. _slots.Values.Where(chosen)];
            ModelSlot[] closing = [.. slots.Where(slot => force || slot.IsClosing || !slot.Stay.IsPromised)];
            foreach (var slot in closing)
            {
                slot.IsRevoked |= force;
                CloseNow(slot);
            }

            return (closing, slots.Length - closing.Length);
        }
    }

    /// <summary>Closes a model's slot, unless somebody uses it.</summary>
    /// <returns>The slot that is closing now or was already; null when there is none.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> while somebody uses it.</exception>
    internal ModelSlot? CloseUnused(ModelEntry entry)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(entry.Id, out var slot))
                return null;
            if (slot.Users > 0)
            {
                throw new IngotException(ErrorCode.Conflict,
                    $"Cannot unload model '{entry.Id}': {slot.Users} request(s) still use it. Read their answers to the end, cancel them or dispose their streams first.", "model");
            }

            CloseNow(slot);
            return slot;
        }
    }

    /// <summary>Closes a slot that nobody has used since; false when somebody has, or it is closing already.</summary>
    internal bool CloseIdle(ModelSlot slot, object lastUse)
    {
        lock (_lock)
        {
            // Between the timer's end and this line somebody may have used the model, or closed it.
            if (slot.LastUse != lastUse || slot.IsClosing)
                return false;
            CloseNow(slot);
            return true;
        }
    }

    /// <summary>Claims the freeing of a loaded model; true for one caller only.</summary>
    internal bool TryBeginFree(ModelSlot slot)
    {
        lock (_lock)
        {
            if (slot.IsFreed)
                return false;
            return slot.IsFreed = true;
        }
    }

    /// <summary>Takes a slot out; its model, if it ever had one, is gone.</summary>
    internal void Remove(ModelSlot slot)
    {
        lock (_lock)
        {
            slot.IsClosing = true;
            _slots.Remove(slot.Entry.Id);
        }
    }

    /// <summary>Does something while a model has no place and can get none.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when it has one.</exception>
    internal void WhileAbsent(ModelEntry entry, Action action)
    {
        lock (_lock)
        {
            if (_slots.ContainsKey(entry.Id))
                throw new IngotException(ErrorCode.Conflict, $"Model '{entry.Id}' is loaded; unload it first.", "model");
            action();
        }
    }

    /// <summary>Lets nobody in any more.</summary>
    internal void Stop()
    {
        lock (_lock)
            _stopped = true;
    }

    private static void CloseNow(ModelSlot slot)
    {
        slot.IsClosing = true;
        slot.StopTimer();
        if (slot.Users == 0)
            slot.SetIdle();
    }

    private IEnumerable<ModelSlot> InOrder() => _slots.Values.OrderBy(slot => slot.Entry.Id, StringComparer.OrdinalIgnoreCase);
}
