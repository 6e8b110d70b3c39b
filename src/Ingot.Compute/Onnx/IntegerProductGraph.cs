using Google.Protobuf;

namespace Ingot.Compute.Onnx;

/// <summary>A graph of one product: bytes, less 128 each, times a constant matrix of 8-bit integers, as 32-bit integers.</summary>
public static class IntegerProductGraph
{
    private const int IrVersion = 8;
    private const int Opset = 13;
    private const byte Middle = 128;

    /// <summary>Writes the graph, its weights inside it.</summary>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="inputCount">Inputs, at least 1.</param>
    /// <param name="outputCount">Outputs, at least 1.</param>
    /// <returns>The file's bytes: one input [rows, inputs] of uint8, one output [rows, outputs] of int32.</returns>
    public static byte[] Write(ReadOnlySpan<sbyte> weights, int inputCount, int outputCount)
    {
        var graph = new GraphProto
        {
            Name = "product",
            Input = { Value("x", OnnxDataType.UInt8, inputCount) },
            Output = { Value("y", OnnxDataType.Int32, outputCount) },
            Initializer =
            {
                new TensorProto
                {
                    Name = "w", DataType = (int)OnnxDataType.Int8, Dims = { inputCount, outputCount },
                    RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights)),
                },
                new TensorProto { Name = "middle", DataType = (int)OnnxDataType.UInt8, RawData = ByteString.CopyFrom(Middle) },
            },
            Node = { new NodeProto { OpType = "MatMulInteger", Name = "product", Input = { "x", "w", "middle" }, Output = { "y" } } },
        };
        return new ModelProto { IrVersion = IrVersion, ProducerName = "ingot", Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = Opset } } }.ToByteArray();
    }

    private static ValueInfoProto Value(string name, OnnxDataType type, int width)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "rows" }, new TensorShapeProto.Types.Dimension { DimValue = width } } };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}
