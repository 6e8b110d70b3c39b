namespace Ingot.Compute.Onnx;

/// <summary>Element types of the ONNX format, by the numbers its files use. Those not listed are refused by number.</summary>
internal enum OnnxDataType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
    UInt4 = 21,
    Int4 = 22,
}

/// <summary>What the reader needs to know of each element type.</summary>
internal static class OnnxDataTypes
{
    /// <summary>Bits of one element; 0 for types whose elements have no fixed size or that are not read.</summary>
    public static int BitsOf(OnnxDataType type) => type switch
    {
        OnnxDataType.UInt4 or OnnxDataType.Int4 => 4,
        OnnxDataType.UInt8 or OnnxDataType.Int8 or OnnxDataType.Bool => 8,
        OnnxDataType.UInt16 or OnnxDataType.Int16 or OnnxDataType.Float16 or OnnxDataType.BFloat16 => 16,
        OnnxDataType.Float or OnnxDataType.Int32 or OnnxDataType.UInt32 => 32,
        OnnxDataType.Double or OnnxDataType.Int64 or OnnxDataType.UInt64 => 64,
        _ => 0,
    };

    /// <summary>Whether the type holds real numbers that the executor computes with as fp32.</summary>
    public static bool IsFloat(OnnxDataType type) =>
        type is OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16 or OnnxDataType.Double;

    /// <summary>The type's name in messages: "Float16", or "type 17" for a number not known here.</summary>
    public static string NameOf(OnnxDataType type) => Enum.IsDefined(type) ? type.ToString() : $"type {(int)type}";
}
