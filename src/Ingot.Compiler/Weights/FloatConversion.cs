using System.Runtime.InteropServices;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compiler.Weights;

/// <summary>Single-precision weights to the bytes of the type a graph stores them in.</summary>
internal static class FloatConversion
{
    /// <summary>Refuses weights that are not numbers: they would poison every answer.</summary>
    public static void RequireFinite(ReadOnlySpan<float> weights, string name)
    {
        foreach (var weight in weights)
        {
            if (!float.IsFinite(weight))
                throw new IngotException(ErrorCode.ModelInvalid, $"Tensor '{name}' holds a weight that is not a finite number.");
        }
    }

    /// <summary>Converts and writes; weights beyond half precision's range are refused by the tensor's name.</summary>
    /// <param name="weights">Finite weights.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="destination">Receives the bytes.</param>
    public static void Write(ReadOnlySpan<float> weights, OnnxDataType type, string name, Stream destination)
    {
        if (type == OnnxDataType.Float)
        {
            destination.Write(MemoryMarshal.AsBytes(weights));
            return;
        }
        Span<Half> halves = stackalloc Half[1024];
        while (!weights.IsEmpty)
        {
            var count = Math.Min(weights.Length, halves.Length);
            for (var i = 0; i < count; i++)
            {
                halves[i] = (Half)weights[i];
                if (Half.IsInfinity(halves[i]))
                    throw new IngotException(ErrorCode.ModelUnsupported, $"Tensor '{name}' holds a weight beyond the range of fp16; compile it with another precision.");
            }
            destination.Write(MemoryMarshal.AsBytes(halves[..count]));
            weights = weights[count..];
        }
    }
}
