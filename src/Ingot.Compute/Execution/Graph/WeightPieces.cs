using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>From tensors of a model file to pieces that can be packed.</summary>
internal static unsafe class WeightPieces
{
    /// <summary>A matrix.</summary>
    /// <param name="slot">Where it goes.</param>
    /// <param name="rooms">Where it is put if it must be read as a whole.</param>
    /// <param name="count">Told its bytes.</param>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: in the tensor's name.</exception>
    public static WeightPiece Of(MatrixSlot slot, SourceRooms rooms, Action<long> count)
    {
        try
        {
            var (packing, room) = Prepare(slot.Source, rooms);
            return new WeightPiece(slot.Source.Weights, packing, slot.Source.Tensors.Sum(tensor => tensor.ByteLength), Claimed, room is null ? null : [room]);

            void Claimed()
            {
                slot.Matrix = packing.Matrix;
                count(slot.Matrix.ByteLength);
            }
        }
        catch (IngotException e) when (IsAboutSource(e))
        {
            throw Named(e, slot.Source.Weights);
        }
    }

    /// <summary>A table of floats, row by row as it is.</summary>
    /// <param name="slot">Where it goes.</param>
    /// <param name="count">Told its bytes.</param>
    public static WeightPiece Of(EmbeddingSlot slot, Action<long> count)
    {
        var packing = new TablePacking(View(slot.Source.Weights));
        return new WeightPiece(slot.Source.Weights, packing, slot.Source.Weights.ByteLength, Claimed);

        void Claimed()
        {
            slot.Table = packing.Table!;
            count(slot.Table.ByteLength);
        }
    }

    /// <summary>A vector of floats.</summary>
    /// <param name="tensor">What it is filled with, again and again.</param>
    /// <param name="vector">Its memory.</param>
    public static WeightPiece Of(OnnxTensor tensor, NativeBuffer<float> vector) => new(tensor, new VectorPacking(tensor, vector), tensor.ByteLength, () => { });

    public static ElementType ElementTypeOf(OnnxTensor tensor) => tensor.DataType switch
    {
        OnnxDataType.Float => ElementType.Float32,
        OnnxDataType.Float16 => ElementType.Float16,
        OnnxDataType.BFloat16 => ElementType.BFloat16,
        OnnxDataType.UInt8 => ElementType.UInt8,
        _ => throw new IngotException(ErrorCode.ModelUnsupported,
            $"Tensor '{ContainedPath.Printable(tensor.Name)}' holds {OnnxDataTypes.NameOf(tensor.DataType)}, which weights cannot be made of."),
    };

    public static SourceTensor View(OnnxTensor tensor) => tensor.View(ElementTypeOf(tensor));

    /// <summary>Whether a refusal is about what a tensor holds.</summary>
    public static bool IsAboutSource(IngotException refusal) => refusal.Code is ErrorCode.ModelInvalid or ErrorCode.ModelUnsupported;

    /// <summary>A refusal that names the tensor.</summary>
    public static IngotException Named(IngotException refusal, OnnxTensor tensor) =>
        new(refusal.Code, $"Tensor '{ContainedPath.Printable(tensor.Name)}': {refusal.Message}", inner: refusal);

    private static (MatrixPacking Packing, IDisposable? Room) Prepare(MatrixSource source, SourceRooms rooms)
    {
        if (source.Bits == 0)
            return PrepareFloats(source, rooms);

        var quantized = new BlockQuantizedPart
        {
            OutputCount = source.OutputCount,
            Weights = View(source.Weights),
            Scales = View(source.Scales!),
            ZeroPoints = source.ZeroPoints is null ? null : View(source.ZeroPoints),
        };
        return (new BlockQuantizedPacking(source.Bits, source.BlockSize, source.InputCount, [quantized]), null);
    }

    private static (MatrixPacking Packing, IDisposable? Room) PrepareFloats(MatrixSource source, SourceRooms rooms)
    {
        var weights = View(source.Weights);
        var part = new FloatPart { OutputCount = source.OutputCount, Weights = weights, Transposed = source.IsOutputMajor };
        if (!weights.IsInFile || source.IsOutputMajor)
            return (new FloatPacking(source.InputCount, [part]), null);

        var room = rooms.Take(weights.ByteLength);
        try
        {
            part = part with { Weights = new SourceTensor(room.Pointer, weights.ByteLength, weights.Type) };
            return (new WholePacking(weights, room, new FloatPacking(source.InputCount, [part])), room);
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }
}
