using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>Rows of real numbers as a graph gives them.</summary>
internal static class FloatRows
{
    /// <summary>Whether an output is of a kind this can read.</summary>
    public static bool Fits(OrtValueInfo port) => port.Type is OrtElementType.Float or OrtElementType.Float16 or OrtElementType.BFloat16;

    /// <summary>How many numbers a graph says its rows have, as a length.</summary>
    /// <exception cref="IngotException">ModelUnsupported: more than any memory holds.</exception>
    public static int Width(long dimension) => dimension <= Array.MaxLength
        ? (int)dimension
        : throw new IngotException(ErrorCode.ModelUnsupported, $"The graph ends in rows of {dimension} numbers; at most {Array.MaxLength} are supported.");

    /// <summary>Copies a row.</summary>
    /// <param name="tensor">Rows of the target's width, one after the other; it may have more columns than the target, whose first are taken.</param>
    /// <param name="row">Which row.</param>
    /// <param name="target">Receives it.</param>
    /// <exception cref="IngotException">Internal: there is no such row.</exception>
    public static void Copy(OrtTensor tensor, int row, Span<float> target)
    {
        IReadOnlyList<long> shape = tensor.Shape;
        long width = shape[^1], rows = shape.Take(shape.Count - 1).Aggregate(1L, (count, dimension) => count * dimension);
        if (row >= rows || target.Length > width)
            throw new IngotException(ErrorCode.Internal, $"The graph gave [{string.Join(", ", shape)}] numbers where row {row} of {target.Length} was wanted.");
        int start = checked((int)(row * width));
        switch (tensor.Type)
        {
            case OrtElementType.Float:
                tensor.Read<float>().Slice(start, target.Length).CopyTo(target);
                break;
            case OrtElementType.Float16:
                ReadOnlySpan<Half> halves = tensor.Read<Half>().Slice(start, target.Length);
                for (int i = 0; i < target.Length; i++)
                    target[i] = (float)halves[i];
                break;
            default:
                ReadOnlySpan<ushort> upper = tensor.Read<ushort>().Slice(start, target.Length);
                for (int i = 0; i < target.Length; i++)
                    target[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
        }
    }
}
