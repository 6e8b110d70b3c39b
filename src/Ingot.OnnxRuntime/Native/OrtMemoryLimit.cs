using Ingot.Errors;

namespace Ingot.OnnxRuntime.Native;

/// <summary>
/// Limits the memory of sessions. The library knows a limit only of memory that sessions share; so each session that is made is given
/// shared memory of its own, and nobody else is: it holds on to that as long as it lives. Thread-safe; one session at a time is made so.
/// </summary>
/// <param name="functions">The library's functions.</param>
/// <param name="environment">Where shared memory is registered.</param>
/// <param name="memory">The description of such memory.</param>
internal sealed unsafe class OrtMemoryLimit(OrtFunctions functions, OrtHandle environment, OrtHandle memory)
{
    private readonly Lock _turn = new();

    /// <summary>Sessions made until the scope is left have this limit together.</summary>
    /// <param name="bytes">The limit; null for none.</param>
    public Scope For(long? bytes)
    {
        if (bytes is not { } most)
            return default;
        _turn.Enter();
        try
        {
            Register((nuint)most);
            return new Scope(this);
        }
        catch
        {
            _turn.Exit();
            throw;
        }
    }

    private void Register(nuint most)
    {
        const int Usual = -1;
        nint created;
        var create = (delegate* unmanaged<nuint, int, int, int, nint*, nint>)functions.Of(OrtSlot.CreateArenaCfg);
        functions.Check(create(most, Usual, Usual, Usual, &created), "cannot limit memory");
        using var settings = new OrtHandle(functions, OrtSlot.ReleaseArenaCfg, created);
        using OrtLease place = environment.Lease(), kind = memory.Lease();
        var register = (delegate* unmanaged<nint, nint, nint, nint>)functions.Of(OrtSlot.CreateAndRegisterAllocator);
        functions.Check(register(place.Value, kind.Value, created), "cannot limit memory");
    }

    private void Unregister()
    {
        try
        {
            using OrtLease place = environment.Lease(), kind = memory.Lease();
            functions.Check(((delegate* unmanaged<nint, nint, nint>)functions.Of(OrtSlot.UnregisterAllocator))(place.Value, kind.Value), "cannot free a limit", ErrorCode.Internal);
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>Until it is disposed, sessions that are made have the limit.</summary>
    public readonly ref struct Scope(OrtMemoryLimit? owner) : IDisposable
    {
        public void Dispose() => owner?.Unregister();
    }
}
