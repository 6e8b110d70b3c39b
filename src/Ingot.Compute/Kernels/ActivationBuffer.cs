using Ingot.Compute.Memory;

namespace Ingot.Compute.Kernels;

/// <summary>Memory for the 8-bit form of activation rows. One owner; views handed out die with it.</summary>
public sealed unsafe class ActivationBuffer : IDisposable
{
    private readonly NativeBuffer<sbyte> _codes;
    private readonly NativeBuffer<float> _scales;
    private readonly NativeBuffer<int> _starts;
    private readonly NativeBuffer<int> _halfStarts;

    /// <summary>Claims room.</summary>
    /// <param name="rowCapacity">Most rows at a time, at least 1.</param>
    /// <param name="inputCapacity">Most inputs a row has, at least 1.</param>
    public ActivationBuffer(int rowCapacity, int inputCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputCapacity, 1);
        RowCapacity = rowCapacity;
        InputCapacity = inputCapacity;
        long groups = checked(((rowCapacity + (long)Activations.RowsTogether - 1) / Activations.RowsTogether * Activations.RowsTogether) * ((inputCapacity + (long)Activations.GroupSize - 1) / Activations.GroupSize));
        _codes = new NativeBuffer<sbyte>(checked(groups * Activations.GroupSize));
        _scales = new NativeBuffer<float>(groups);
        _starts = new NativeBuffer<int>(groups);
        _halfStarts = new NativeBuffer<int>(groups);
    }

    /// <summary>Most rows at a time.</summary>
    public int RowCapacity { get; }

    /// <summary>Most inputs a row has.</summary>
    public int InputCapacity { get; }

    /// <summary>A view of rows whose floats lie at <paramref name="floats"/>; nothing is computed. Equal arguments give equal views, on any thread.</summary>
    /// <param name="floats">The first row's floats, [rowCount, inputCount] with the given stride; they stay the caller's.</param>
    /// <param name="floatStride">Floats from one row to the next.</param>
    /// <param name="rowCount">Rows, at most <see cref="RowCapacity"/>.</param>
    /// <param name="inputCount">Numbers in a row, at most <see cref="InputCapacity"/>.</param>
    public Activations View(float* floats, long floatStride, int rowCount, int inputCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, RowCapacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputCount, InputCapacity);
        return new(floats, floatStride, inputCount, _codes.Pointer, _scales.Pointer, _starts.Pointer, _halfStarts.Pointer);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _codes.Dispose();
        _scales.Dispose();
        _starts.Dispose();
        _halfStarts.Dispose();
    }
}
