using System.Runtime.InteropServices;

namespace Ingot.OnnxRuntime.Native;

/// <summary>
/// One object of the library. Holds the objects it was made from, so that whatever order they are let go in, the library
/// sees children go before their parents.
/// </summary>
internal sealed class OrtHandle : SafeHandle
{
    private readonly OrtFunctions _functions;
    private readonly OrtSlot _release;
    private readonly OrtHandle[] _parents;

    /// <param name="functions">The library's functions.</param>
    /// <param name="release">The function that lets go of it.</param>
    /// <param name="value">The object, owned from here on.</param>
    /// <param name="parents">What must outlive it.</param>
    public OrtHandle(OrtFunctions functions, OrtSlot release, nint value, params OrtHandle[] parents)
        : base(0, ownsHandle: true)
    {
        (_functions, _release, _parents) = (functions, release, parents);
        foreach (var parent in parents)
        {
            var held = false;
            parent.DangerousAddRef(ref held);
        }

        SetHandle(value);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The object, kept alive until the lease is disposed.</summary>
    public OrtLease Lease() => new(this);

    protected override bool ReleaseHandle()
    {
        _functions.Release(_release, handle);
        foreach (var parent in _parents)
            parent.DangerousRelease();
        return true;
    }
}

/// <summary>Keeps an object alive while a function works on it.</summary>
internal readonly ref struct OrtLease : IDisposable
{
    private readonly OrtHandle _handle;

    public OrtLease(OrtHandle handle)
    {
        _handle = handle;
        var held = false;
        handle.DangerousAddRef(ref held);
    }

    public nint Value => _handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}
