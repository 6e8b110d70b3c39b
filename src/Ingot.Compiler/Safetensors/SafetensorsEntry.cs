namespace Ingot.Compiler.Safetensors;

/// <summary>One tensor as a safetensors header describes it, already checked against the file's length.</summary>
/// <param name="Name">The tensor's name, unique in its file.</param>
/// <param name="DataType">How its elements are stored.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">Where its first byte lies, from the beginning of the file.</param>
/// <param name="ElementCount">The product of the dimensions.</param>
internal sealed record SafetensorsEntry(string Name, SafetensorsDataType DataType, IReadOnlyList<long> Shape, long Offset, long ElementCount);

/// <summary>The element types weights come in; everything else a header may name is refused.</summary>
internal enum SafetensorsDataType
{
    /// <summary>IEEE single precision, 4 bytes.</summary>
    Float32,

    /// <summary>IEEE half precision, 2 bytes.</summary>
    Float16,

    /// <summary>The upper half of single precision, 2 bytes.</summary>
    BFloat16,

    /// <summary>A byte: codes of quantised weights.</summary>
    UInt8,
}
