using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>An input of whole numbers, of whatever width the graph wants, in memory that grows to the largest step.</summary>
/// <param name="session">The graph.</param>
/// <param name="port">The input.</param>
internal sealed class IntegerInput(OrtSession session, OrtValueInfo port) : IDisposable
{
    private OrtBuffer _buffer = new(512);

    /// <summary>The input's name.</summary>
    public string Name => port.Name;

    /// <summary>Whether an input is of a kind this can fill.</summary>
    public static bool Fits(OrtValueInfo port) => port.Type is OrtElementType.Int64 or OrtElementType.Int32;

    /// <summary>Writes values and binds them.</summary>
    /// <param name="binding">Where to bind.</param>
    /// <param name="values">The values, row by row.</param>
    /// <param name="shape">Their dimensions.</param>
    public void Bind(OrtBinding binding, ReadOnlySpan<int> values, ReadOnlySpan<long> shape)
    {
        long needed = Math.Max(1, (long)values.Length * port.Type.Bytes());
        if (needed > _buffer.ByteLength)
        {
            long grown = Math.Max(needed, 2 * _buffer.ByteLength);
            _buffer.Dispose();
            _buffer = new OrtBuffer(grown);
        }
        if (port.Type is OrtElementType.Int32)
        {
            values.CopyTo(_buffer.Slice<int>(0, values.Length));
        }
        else
        {
            Span<long> wide = _buffer.Slice<long>(0, values.Length);
            for (int i = 0; i < values.Length; i++)
                wide[i] = values[i];
        }
        using OrtTensor tensor = session.CreateTensor(_buffer, port.Type, shape);
        binding.BindInput(port.Name, tensor);
    }

    public void Dispose() => _buffer.Dispose();
}
