using System.Runtime.InteropServices;
using Ingot.Errors;
using Ingot.OnnxRuntime.Native;

namespace Ingot.OnnxRuntime;

/// <summary>
/// Runs a graph of one input and one output on memory of the caller's, as it lies there. Any number of threads may run at once, and nothing
/// managed is allocated: for small graphs that are run very often.
/// </summary>
public sealed unsafe class OrtDirectRun
{
    private readonly OrtFunctions _functions;
    private readonly OrtHandle _session;
    private readonly OrtHandle _memory;
    private readonly OrtValueInfo _input;
    private readonly OrtValueInfo _output;
    private readonly byte[] _inputName;
    private readonly byte[] _outputName;

    internal OrtDirectRun(OrtFunctions functions, OrtHandle session, OrtHandle memory, OrtValueInfo input, OrtValueInfo output)
    {
        (_functions, _session, _memory) = (functions, session, memory);
        (_input, _output) = (input, output);
        (_inputName, _outputName) = (NativeText.Of(input.Name), NativeText.Of(output.Name));
    }

    /// <summary>Runs the graph on the calling thread and those of the session's own.</summary>
    /// <param name="input">The input's elements.</param>
    /// <param name="inputShape">Its dimensions.</param>
    /// <param name="output">Where the output goes.</param>
    /// <param name="outputShape">The dimensions it will have.</param>
    /// <typeparam name="TInput">A type of the input's size.</typeparam>
    /// <typeparam name="TOutput">A type of the output's size.</typeparam>
    /// <exception cref="ArgumentException">The memory does not have just the elements of the dimensions, or they are of another size.</exception>
    /// <exception cref="IngotException"><see cref="ErrorCode.Internal"/>: an operator failed, or something does not fit; with the library's own words.</exception>
    public void Run<TInput, TOutput>(ReadOnlySpan<TInput> input, ReadOnlySpan<long> inputShape, Span<TOutput> output, ReadOnlySpan<long> outputShape)
        where TInput : unmanaged
        where TOutput : unmanaged
    {
        Check(_input, input.Length, sizeof(TInput), inputShape);
        Check(_output, output.Length, sizeof(TOutput), outputShape);
        using var session = _session.Lease();
        using var memory = _memory.Lease();
        fixed (TInput* from = input)
        fixed (TOutput* to = output)
        fixed (byte* inputName = _inputName, outputName = _outputName)
        {
            nint given = 0, made = 0;
            try
            {
                given = View(memory.Value, from, MemoryMarshal.AsBytes(input).Length, inputShape, _input.Type);
                made = View(memory.Value, to, MemoryMarshal.AsBytes(output).Length, outputShape, _output.Type);
                var run = (delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)_functions.Of(OrtSlot.Run);
                _functions.Check(run(session.Value, 0, &inputName, &given, 1, &outputName, 1, &made), "failed on a product");
            }
            finally
            {
                if (made != 0)
                    _functions.Release(OrtSlot.ReleaseValue, made);
                if (given != 0)
                    _functions.Release(OrtSlot.ReleaseValue, given);
            }
        }
    }

    private nint View(nint memory, void* data, int byteCount, ReadOnlySpan<long> shape, OrtElementType type)
    {
        nint value;
        fixed (long* dimensions = shape)
        {
            var create = (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_functions.Of(OrtSlot.CreateTensorWithDataAsOrtValue);
            _functions.Check(create(memory, data, (nuint)byteCount, dimensions, (nuint)shape.Length, (int)type, &value), "cannot make a tensor");
        }

        return value;
    }

    private static void Check(OrtValueInfo info, int length, int size, ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var dimension in shape)
            count = checked(count * dimension);
        if (count != length || size != info.Type.Bytes())
            throw new ArgumentException($"'{info.Name}' is of {count} elements of {info.Type}; {length} of {size} bytes were given.");
    }
}
