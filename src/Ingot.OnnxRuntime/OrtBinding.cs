using Ingot.Errors;
using Ingot.OnnxRuntime.Native;

namespace Ingot.OnnxRuntime;

/// <summary>
/// Inputs and outputs of runs, bound by name: what stays the same from run to run is bound once. Keeps what is bound alive.
/// Not thread-safe: one thread at a time.
/// </summary>
public sealed unsafe class OrtBinding : IDisposable
{
    private readonly OrtFunctions _functions;
    private readonly OrtHandle _binding;
    private readonly OrtHandle _session;
    private readonly OrtHandle _memory;
    private readonly Dictionary<string, OrtTensor> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrtTensor?> _outputs = new(StringComparer.Ordinal);

    // In the order in which they were first bound, which is the library's.
    private readonly List<string> _outputOrder = [];

    internal OrtBinding(OrtFunctions functions, OrtHandle binding, OrtHandle session, OrtHandle memory) =>
        (_functions, _binding, _session, _memory) = (functions, binding, session, memory);

    /// <summary>Binds an input; what was bound to the name before is let go.</summary>
    /// <param name="name">The input.</param>
    /// <param name="tensor">What it is.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Internal"/>: the library refuses.</exception>
    public void BindInput(string name, OrtTensor tensor)
    {
        Bind(OrtSlot.BindInput, name, tensor);
        _inputs[name] = tensor;
    }

    /// <summary>Binds an output to memory that it is written to; what was bound to the name before is let go.</summary>
    /// <param name="name">The output.</param>
    /// <param name="tensor">Where it goes, of just the shape the run will give.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Internal"/>: the library refuses.</exception>
    public void BindOutput(string name, OrtTensor tensor)
    {
        Bind(OrtSlot.BindOutput, name, tensor);
        NoteOutput(name, tensor);
    }

    /// <summary>Wants an output in memory of the library's own, of whatever shape it has.</summary>
    /// <param name="name">The output.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Internal"/>: the library refuses.</exception>
    public void BindOutput(string name)
    {
        using var binding = _binding.Lease();
        using var memory = _memory.Lease();
        fixed (byte* text = NativeText.Of(name))
        {
            var bind = (delegate* unmanaged<nint, byte*, nint, nint>)_functions.Of(OrtSlot.BindOutputToDevice);
            _functions.Check(bind(binding.Value, text, memory.Value), $"cannot bind the output '{name}'");
        }

        NoteOutput(name, null);
    }

    /// <summary>Runs the graph.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Internal"/>: an operator failed, or something does not fit; with the library's own words.</exception>
    public void Run()
    {
        using var session = _session.Lease();
        using var binding = _binding.Lease();
        var run = (delegate* unmanaged<nint, nint, nint, nint>)_functions.Of(OrtSlot.RunWithBinding);
        _functions.Check(run(session.Value, 0, binding.Value), "failed on a step");
        GC.KeepAlive(_inputs);
        GC.KeepAlive(_outputs);
    }

    /// <summary>What the last run gave of an output.</summary>
    /// <param name="name">A bound output.</param>
    /// <returns>The output; the caller's to dispose. What lies in the library's memory is gone with the next run.</returns>
    /// <exception cref="ArgumentException">It is not bound.</exception>
    public OrtTensor TakeOutput(string name)
    {
        var place = _outputOrder.IndexOf(name);
        if (place < 0)
            throw new ArgumentException($"The output '{name}' is not bound.", nameof(name));
        using var binding = _binding.Lease();
        nint allocator;
        _functions.Check(((delegate* unmanaged<nint*, nint>)_functions.Of(OrtSlot.GetAllocatorWithDefaultOptions))(&allocator), "cannot give its allocator");
        nint* values;
        nuint count;
        var take = (delegate* unmanaged<nint, nint, nint**, nuint*, nint>)_functions.Of(OrtSlot.GetBoundOutputValues);
        _functions.Check(take(binding.Value, allocator, &values, &count), "cannot give a run's outputs");
        nint taken = 0;
        for (var i = 0; i < (int)count; i++)
        {
            if (i == place)
                taken = values[i];
            else
                _functions.Release(OrtSlot.ReleaseValue, values[i]);
        }

        var free = (delegate* unmanaged<nint, void*, nint>)_functions.Of(OrtSlot.AllocatorFree);
        _functions.Check(free(allocator, values), "cannot free a list");
        return new OrtTensor(_functions, new OrtHandle(_functions, OrtSlot.ReleaseValue, taken, _binding), _outputs[name]?.Buffer);
    }

    /// <summary>Lets go of the binding, not of what is bound.</summary>
    public void Dispose() => _binding.Dispose();

    private void Bind(OrtSlot slot, string name, OrtTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var binding = _binding.Lease();
        using var value = tensor.Handle.Lease();
        fixed (byte* text = NativeText.Of(name))
        {
            var bind = (delegate* unmanaged<nint, byte*, nint, nint>)_functions.Of(slot);
            _functions.Check(bind(binding.Value, text, value.Value), $"cannot bind '{name}'");
        }
    }

    private void NoteOutput(string name, OrtTensor? tensor)
    {
        if (!_outputs.ContainsKey(name))
            _outputOrder.Add(name);
        _outputs[name] = tensor;
    }
}
