using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>The right to use a loaded model. The model stays loaded while a lease is held; dispose it as soon as possible.</summary>
public sealed class ModelLease : IDisposable
{
    private readonly ModelSlot _slot;
    private Action<ModelSlot>? _release;

    internal ModelLease(ModelSlot slot, LoadedModel model, Action<ModelSlot> release) => (_slot, Model, _release) = (slot, model, release);

    /// <summary>The model; owned by the host.</summary>
    public LoadedModel Model { get; }

    /// <summary>The catalog's description of it.</summary>
    public ModelEntry Entry => Model.Entry;

    /// <summary>Cancelled when the model is unloaded by force: end the work and dispose the lease.</summary>
    public CancellationToken Revoked => _slot.Revoked;

    /// <summary>Gives the lease back; a second time does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke(_slot);
}
