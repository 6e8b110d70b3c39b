namespace Ingot.OnnxRuntime.Native;

/// <summary>Reads the library's descriptions of tensors.</summary>
internal static unsafe class TensorDescription
{
    /// <summary>What a description says; it stays its owner's.</summary>
    public static (OrtElementType Type, long[] Shape) Read(OrtFunctions functions, nint info)
    {
        int type;
        functions.Check(((delegate* unmanaged<nint, int*, nint>)functions.Of(OrtSlot.GetTensorElementType))(info, &type), "cannot give a tensor's type");
        nuint rank;
        functions.Check(((delegate* unmanaged<nint, nuint*, nint>)functions.Of(OrtSlot.GetDimensionsCount))(info, &rank), "cannot give a tensor's rank");
        var shape = new long[checked((int)rank)];
        fixed (long* dimensions = shape)
            functions.Check(((delegate* unmanaged<nint, long*, nuint, nint>)functions.Of(OrtSlot.GetDimensions))(info, dimensions, rank), "cannot give a tensor's shape");
        var known = (OrtElementType)type;
        return (Enum.IsDefined(known) ? known : OrtElementType.Other, shape);
    }
}
