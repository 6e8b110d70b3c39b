using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>The smallest graph that does something: <c>y = x · w</c> with x [rows, 2] and w [2, 3] = 1 … 6.</summary>
public static class TestProductGraph
{
    /// <summary>Writes <c>product.onnx</c> into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="doublings">How often y is put under itself.</param>
    /// <returns>The file's path.</returns>
    public static string Write(string folder, int doublings = 0)
    {
        var graph = new TestGraphWriter(TestPrecision.Float32);
        graph.Input("x", OnnxDataType.Float, "rows", 2);
        graph.Output("y", OnnxDataType.Float, doublings == 0 ? "rows" : "more", 3);
        graph.Floats("w", [2, 3], [1, 2, 3, 4, 5, 6]);
        graph.Node("MatMul", "/product", ["x", "w"], [doublings == 0 ? "y" : "0"]);
        for (var i = 0; i < doublings; i++)
            graph.Node("Concat", $"/doubled/{i}", [$"{i}", $"{i}"], [i + 1 == doublings ? "y" : $"{i + 1}"], attributes: ("axis", 0));
        var path = Path.Combine(folder, "product.onnx");
        File.WriteAllBytes(path, new ModelProto { IrVersion = 10, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 21 } } }.ToByteArray());
        return path;
    }
}
