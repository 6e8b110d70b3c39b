using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>The smallest graph that does something: <c>y = x · w</c> with x [rows, 2] and w [2, 3] = 1 … 6.</summary>
public static class TestProductGraph
{
    /// <summary>Writes <c>product.onnx</c> into a folder.</summary>
    /// <returns>The file's path.</returns>
    public static string Write(string folder)
    {
        var graph = new TestGraphWriter(TestPrecision.Float32);
        graph.Input("x", OnnxDataType.Float, "rows", 2);
        graph.Output("y", OnnxDataType.Float, "rows", 3);
        graph.Floats("w", [2, 3], [1, 2, 3, 4, 5, 6]);
        graph.Node("MatMul", "/product", ["x", "w"], ["y"]);
        var path = Path.Combine(folder, "product.onnx");
        File.WriteAllBytes(path, new ModelProto { IrVersion = 10, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 21 } } }.ToByteArray());
        return path;
    }
}
