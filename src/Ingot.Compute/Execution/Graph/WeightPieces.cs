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
    /// <param name="count">Told its bytes.</param>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: in the tensor's name.</exception>
    public static WeightPiece Of(MatrixSlot slot, Action<long> count)
    {
        try
        {
            var packing = Prepare(slot.Source);
            return new WeightPiece(slot.Source.Weights, packing, Claimed).ReadFrom(slot.Source.Tensors);

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
        return new WeightPiece(slot.Source.Weights, packing, Claimed).ReadFrom([slot.Source.Weights]);

        void Claimed()
        {
            slot.Table = packing.Table!;
            count(slot.Table.ByteLength);
        }
    }

    /// <summary>A vector of floats.</summary>
    /// <param name="tensor">What it is filled with, again and again.</param>
    /// <param name="vector">Its memory.</param>
    public static WeightPiece Of(OnnxTensor tensor, NativeBuffer<float> vector)
    {
        var piece = new WeightPiece(tensor, new VectorPacking(tensor, vector), () => { });
        return piece.ReadFrom(new SourceTensor(tensor.Data, tensor.ByteLength, ElementType.UInt8), tensor.IsMapped);
    }

    public static ElementType ElementTypeOf(OnnxTensor tensor) => tensor.DataType switch
    {
        OnnxDataType.Float => ElementType.Float32,
        OnnxDataType.Float16 => ElementType.Float16,
        OnnxDataType.BFloat16 => ElementType.BFloat16,
        OnnxDataType.UInt8 => ElementType.UInt8,
        _ => throw new IngotException(ErrorCode.ModelUnsupported,
            $"Tensor '{ContainedPath.Printable(tensor.Name)}' holds {OnnxDataTypes.NameOf(tensor.DataType)}, which weights cannot be made of."),
    };

    public static SourceTensor View(OnnxTensor tensor) => new(tensor.Data, tensor.ByteLength, ElementTypeOf(tensor));

    /// <summary>Whether a refusal is about what a tensor holds.</summary>
    public static bool IsAboutSource(IngotException refusal) => refusal.Code is ErrorCode.ModelInvalid or ErrorCode.ModelUnsupported;

    /// <summary>A refusal that names the tensor.</summary>
    public static IngotException Named(IngotException refusal, OnnxTensor tensor) =>
        new(refusal.Code, $"Tensor '{ContainedPath.Printable(tensor.Name)}': {refusal.Message}", inner: refusal);

    private static MatrixPacking Prepare(MatrixSource source)
    {
        if (source.Bits == 0)
        {
            var part = new FloatPart { OutputCount = source.OutputCount, Weights = View(source.Weights), Transposed = source.IsOutputMajor };
            return new FloatPacking(source.InputCount, [part]);
        }

        var quantized = new BlockQuantizedPart
        {
            OutputCount = source.OutputCount,
            Weights = View(source.Weights),
            Scales = View(source.Scales!),
            ZeroPoints = source.ZeroPoints is null ? null : View(source.ZeroPoints),
        };
        return new BlockQuantizedPacking(source.Bits, source.BlockSize, source.InputCount, [quantized]);
    }
}
