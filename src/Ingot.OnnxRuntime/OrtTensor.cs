using Ingot.OnnxRuntime.Native;

namespace Ingot.OnnxRuntime;

/// <summary>A tensor: a view of memory that somebody else owns, or what a run has given. Not thread-safe.</summary>
public sealed unsafe class OrtTensor : IDisposable
{
    private readonly OrtFunctions _functions;
    private readonly OrtBuffer? _buffer;

    internal OrtTensor(OrtFunctions functions, OrtHandle handle, OrtBuffer? buffer) => (_functions, Handle, _buffer) = (functions, handle, buffer);

    internal OrtHandle Handle { get; }

    internal OrtBuffer? Buffer => _buffer;

    /// <summary>What it is made of.</summary>
    public OrtElementType Type => ReadInfo().Type;

    /// <summary>Its dimensions.</summary>
    public IReadOnlyList<long> Shape => ReadInfo().Shape;

    /// <summary>Its elements, row by row; valid until it is disposed, or the memory it is a view of.</summary>
    /// <typeparam name="T">A type of the element's size.</typeparam>
    /// <exception cref="InvalidOperationException">The type has another size, or there are more elements than a span holds.</exception>
    public ReadOnlySpan<T> Read<T>()
        where T : unmanaged
    {
        var info = ReadInfo();
        var count = info.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
        if (info.Type.Bytes() != sizeof(T) || count > int.MaxValue)
            throw new InvalidOperationException($"{count} elements of {info.Type} cannot be read as {typeof(T).Name}.");
        if (count == 0)
            return [];
        using var value = Handle.Lease();
        void* data;
        _functions.Check(((delegate* unmanaged<nint, void**, nint>)_functions.Of(OrtSlot.GetTensorMutableData))(value.Value, &data), "cannot give a tensor's memory");
        return new ReadOnlySpan<T>(data, (int)count);
    }

    /// <summary>Lets go of the tensor, not of memory it is a view of.</summary>
    public void Dispose()
    {
        Handle.Dispose();
        // Until here the memory must not be collected under the view.
        GC.KeepAlive(_buffer);
    }

    private (OrtElementType Type, long[] Shape) ReadInfo()
    {
        using var value = Handle.Lease();
        nint info;
        _functions.Check(((delegate* unmanaged<nint, nint*, nint>)_functions.Of(OrtSlot.GetTensorTypeAndShape))(value.Value, &info), "cannot describe a tensor");
        using var owned = new OrtHandle(_functions, OrtSlot.ReleaseTensorTypeAndShapeInfo, info);
        return TensorDescription.Read(_functions, info);
    }
}
