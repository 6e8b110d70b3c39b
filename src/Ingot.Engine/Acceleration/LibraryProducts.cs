using Ingot.Compute.Execution.Wide;
using Ingot.Compute.Onnx;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Acceleration;

/// <summary>ONNX Runtime's product of 8-bit integers, each on the thread that asks: the executor divides the work among its own.</summary>
internal sealed class LibraryProducts : IWideProducts
{
    // Threads and memory of the library's own would stand idle: every product is one thread's, on memory that is given.
    private static readonly OrtSessionSettings Settings = new()
    {
        ThreadCount = 1,
        OperatorThreadCount = 1,
        Optimization = OrtOptimization.None,
        MemoryArena = false,
        MemoryPattern = false,
    };

    private readonly OnnxRuntimeLibrary _library;
    private readonly EngineOptions _options;

    private LibraryProducts(OnnxRuntimeLibrary library, EngineOptions options) => (_library, _options) = (library, options);

    /// <summary>What the key-value cache will leave, which takes up to half of what is free where nobody says; and no more than is allowed.</summary>
    public long FreeBytes
    {
        get
        {
            long free = MachineMemory.FreeBytes();
            long left = Math.Max(0, free - Math.Max(free / 2, _options.KvCacheBytes ?? 0));
            return Math.Min(left, _options.Runtime.AccelerationBytes ?? long.MaxValue);
        }
    }

    /// <summary>Tries the library's product on numbers as large as they come.</summary>
    /// <param name="library">The library.</param>
    /// <param name="options">What the model may take.</param>
    /// <param name="refusal">Why it is not used, in a sentence; null when it is.</param>
    public static LibraryProducts? Of(OnnxRuntimeLibrary library, EngineOptions options, out string? refusal)
    {
        var products = new LibraryProducts(library, options);
        try
        {
            // Some processors' instructions cut off sums of two products, which is no 8-bit product any more.
            refusal = products.IsExact() ? null : "ONNX Runtime's integer products are not exact on this processor.";
        }
        catch (IngotException failure)
        {
            refusal = $"ONNX Runtime cannot multiply integers: {failure.Message}";
        }

        return refusal is null ? products : null;
    }

    public IWideMatrix Pack(ReadOnlyMemory<sbyte> weights, int inputCount, int outputCount)
    {
        OrtSession session = _library.Open(IntegerProductGraph.Write(weights.Span, inputCount, outputCount), Settings);
        try
        {
            return new Matrix(session, inputCount, outputCount);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private bool IsExact()
    {
        const int Rows = 33, Inputs = 192, Outputs = 48;
        byte[] rows = [.. Enumerable.Range(0, Rows * Inputs).Select(i => (byte)(i % 7 == 0 ? 1 : 255))];
        sbyte[] weights = [.. Enumerable.Range(0, Inputs * Outputs).Select(i => (sbyte)(i % Outputs % 5 == 0 ? -127 : 127))];
        int[] sums = new int[Rows * Outputs];
        using IWideMatrix matrix = Pack(weights, Inputs, Outputs);
        matrix.Multiply(rows, Rows, sums);
        for (int i = 0; i < sums.Length; i++)
        {
            int expected = 0;
            for (int k = 0; k < Inputs; k++)
                expected += (rows[(i / Outputs * Inputs) + k] - 128) * weights[(k * Outputs) + (i % Outputs)];
            if (sums[i] != expected)
                return false;
        }
        return true;
    }

    private sealed class Matrix(OrtSession session, int inputCount, int outputCount) : IWideMatrix
    {
        private readonly OrtDirectRun _run = session.CreateDirectRun();

        public void Multiply(ReadOnlySpan<byte> rows, int rowCount, Span<int> sums) => _run.Run(rows, [rowCount, inputCount], sums, [rowCount, outputCount]);

        public void Dispose() => session.Dispose();
    }
}
