using Ingot.Errors;
using Ingot.OnnxRuntime.Native;

namespace Ingot.OnnxRuntime;

/// <summary>A graph that the library has loaded. Not thread-safe: one thread at a time.</summary>
public sealed unsafe class OrtSession : IDisposable
{
    private readonly OrtFunctions _functions;
    private readonly OrtHandle _session;
    private readonly OrtHandle _memory;

    internal OrtSession(OrtFunctions functions, OrtHandle session, OrtHandle memory)
    {
        (_functions, _session, _memory) = (functions, session, memory);
        Inputs = Describe(OrtSlot.SessionGetInputCount, OrtSlot.SessionGetInputName, OrtSlot.SessionGetInputTypeInfo);
        Outputs = Describe(OrtSlot.SessionGetOutputCount, OrtSlot.SessionGetOutputName, OrtSlot.SessionGetOutputTypeInfo);
    }

    /// <summary>What the graph takes.</summary>
    public IReadOnlyList<OrtValueInfo> Inputs { get; }

    /// <summary>What the graph gives.</summary>
    public IReadOnlyList<OrtValueInfo> Outputs { get; }

    /// <summary>Makes a tensor of memory.</summary>
    /// <param name="buffer">The memory; stays its owner's, and must live as long as the tensor is used.</param>
    /// <param name="type">What it is made of.</param>
    /// <param name="shape">Its dimensions, none negative.</param>
    /// <param name="byteOffset">Where in the memory it begins.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not all inside.</exception>
    public OrtTensor CreateTensor(OrtBuffer buffer, OrtElementType type, ReadOnlySpan<long> shape, long byteOffset = 0)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        long length = type.Bytes();
        foreach (var dimension in shape)
            length = checked(length * dimension);
        var start = buffer.At(byteOffset, length);
        using var memory = _memory.Lease();
        nint value;
        fixed (long* dimensions = shape)
        {
            var create = (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_functions.Of(OrtSlot.CreateTensorWithDataAsOrtValue);
            _functions.Check(create(memory.Value, start, (nuint)length, dimensions, (nuint)shape.Length, (int)type, &value), "cannot make a tensor");
        }

        return new OrtTensor(_functions, new OrtHandle(_functions, OrtSlot.ReleaseValue, value, _memory), buffer);
    }

    /// <summary>Makes a set of inputs and outputs to run with.</summary>
    public OrtBinding CreateBinding()
    {
        using var session = _session.Lease();
        nint binding;
        _functions.Check(((delegate* unmanaged<nint, nint*, nint>)_functions.Of(OrtSlot.CreateIoBinding))(session.Value, &binding), "cannot bind inputs and outputs");
        return new OrtBinding(_functions, new OrtHandle(_functions, OrtSlot.ReleaseIoBinding, binding, _session), _session, _memory);
    }

    /// <summary>Makes a way to run a graph of one input and one output on memory of the caller's.</summary>
    /// <exception cref="InvalidOperationException">It has others.</exception>
    public OrtDirectRun CreateDirectRun()
    {
        if (Inputs is not [var input] || Outputs is not [var output])
            throw new InvalidOperationException($"The graph has {Inputs.Count} inputs and {Outputs.Count} outputs, not one of each.");
        return new OrtDirectRun(_functions, _session, _memory, input, output);
    }

    /// <summary>Lets go of the graph, as soon as its bindings are gone too.</summary>
    public void Dispose() => _session.Dispose();

    private OrtValueInfo[] Describe(OrtSlot countOf, OrtSlot nameOf, OrtSlot typeOf)
    {
        using var session = _session.Lease();
        nuint count;
        _functions.Check(((delegate* unmanaged<nint, nuint*, nint>)_functions.Of(countOf))(session.Value, &count), "cannot count a graph's inputs or outputs");
        nint allocator;
        _functions.Check(((delegate* unmanaged<nint*, nint>)_functions.Of(OrtSlot.GetAllocatorWithDefaultOptions))(&allocator), "cannot give its allocator");
        var values = new OrtValueInfo[checked((int)count)];
        for (var i = 0; i < values.Length; i++)
        {
            byte* text;
            _functions.Check(((delegate* unmanaged<nint, nuint, nint, byte**, nint>)_functions.Of(nameOf))(session.Value, (nuint)i, allocator, &text), "cannot name an input or output");
            var name = OrtFunctions.Text(text);
            _functions.Check(((delegate* unmanaged<nint, void*, nint>)_functions.Of(OrtSlot.AllocatorFree))(allocator, text), "cannot free a text");
            nint info;
            _functions.Check(((delegate* unmanaged<nint, nuint, nint*, nint>)_functions.Of(typeOf))(session.Value, (nuint)i, &info), "cannot describe an input or output");
            using var owned = new OrtHandle(_functions, OrtSlot.ReleaseTypeInfo, info);
            nint tensor;
            _functions.Check(((delegate* unmanaged<nint, nint*, nint>)_functions.Of(OrtSlot.CastTypeInfoToTensorInfo))(info, &tensor), "cannot describe an input or output");
            // The tensor's part belongs to the whole description; there is none for sequences and maps.
            var (type, shape) = tensor == 0 ? (OrtElementType.Other, []) : TensorDescription.Read(_functions, tensor);
            values[i] = new OrtValueInfo(name, type, shape);
        }

        return values;
    }
}
