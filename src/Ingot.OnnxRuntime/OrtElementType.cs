namespace Ingot.OnnxRuntime;

/// <summary>What a tensor is made of; the numbers are the library's.</summary>
public enum OrtElementType
{
    /// <summary>Not a tensor, or a type not named here.</summary>
    Other = 0,

    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>8-bit integers without sign.</summary>
    UInt8 = 2,

    /// <summary>8-bit integers.</summary>
    Int8 = 3,

    /// <summary>32-bit integers.</summary>
    Int32 = 6,

    /// <summary>64-bit integers.</summary>
    Int64 = 7,

    /// <summary>One byte each, 0 or 1.</summary>
    Bool = 9,

    /// <summary>16-bit floating point.</summary>
    Float16 = 10,

    /// <summary>64-bit floating point.</summary>
    Double = 11,

    /// <summary>The upper half of 32-bit floating point.</summary>
    BFloat16 = 16,
}

/// <summary>What tensors are made of.</summary>
public static class OrtElementTypes
{
    /// <summary>Bytes of one element; 0 for <see cref="OrtElementType.Other"/>.</summary>
    public static int Bytes(this OrtElementType type) => type switch
    {
        OrtElementType.UInt8 or OrtElementType.Int8 or OrtElementType.Bool => 1,
        OrtElementType.Float16 or OrtElementType.BFloat16 => 2,
        OrtElementType.Float or OrtElementType.Int32 => 4,
        OrtElementType.Int64 or OrtElementType.Double => 8,
        _ => 0,
    };
}

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it is made of; <see cref="OrtElementType.Other"/> when it is no tensor or of a type not known here.</param>
/// <param name="Shape">Its dimensions; -1 where a dimension is free.</param>
public sealed record OrtValueInfo(string Name, OrtElementType Type, IReadOnlyList<long> Shape);
