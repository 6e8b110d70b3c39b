using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>Ways in which a few nodes ask for more memory than there is.</summary>
internal static class TestGiants
{
    /// <summary>Each by its name; what it writes gives the giant's name.</summary>
    public static IEnumerable<(string Name, Func<TestGraphWriter, string> Write)> All =>
    [
        ("ConstantOfShape", graph => graph.Node("ConstantOfShape", "/giant", [graph.Integers(1 << 20, 1 << 20)])),
        ("Expand", graph => graph.Node("Expand", "/giant", [graph.Floats("one", [1, 1], [1]), graph.Integers(1 << 20, 1 << 20)])),
        ("Tile", graph => graph.Node("Tile", "/giant", [graph.Floats("one", [1, 1], [1]), graph.Integers(1 << 20, 1 << 20)])),
        ("Range", graph => graph.Node("Range", "/giant", [graph.Integer(7), graph.Integer(1L << 40), graph.Integer(9)])),
        ("a shape that is computed", Computed),
        ("many of a size that is taken", Many),
        ("a sum of a row and a column", graph => graph.Node("Add", "/giant", [Numbers(graph, "row", 1, 1 << 17), Numbers(graph, "column", 1 << 17, 1)])),
        ("a product of a column and a row", graph => graph.Node("MatMul", "/giant", [Numbers(graph, "column", 1 << 17, 1), Numbers(graph, "row", 1, 1 << 17)])),
        ("one row taken again and again", graph => graph.Node("Gather", "/giant", [Numbers(graph, "row", 1, 1 << 17), graph.Integers(new long[1 << 13])])),
        ("doubling a constant", graph => Doubled(graph, Numbers(graph, "row", 1, 1 << 10), 30)),
        ("doubling what is computed", graph => Doubled(graph, "before", 40)),
        ("padding", graph => graph.Node("Pad", "/giant", [Numbers(graph, "row", 1, 4), graph.Integers(0, 0, 0, 1L << 30)])),
        ("a shape of inputs", OfInputs),
    ];

    private static string Numbers(TestGraphWriter graph, string name, int rows, int columns) => graph.Floats($"giant_{name}", [rows, columns], new float[rows * columns]);

    private static string Computed(TestGraphWriter graph)
    {
        var side = graph.Node("Mul", "/giant/side", [graph.Integers(1 << 10), graph.Integers(1 << 10)]);
        var shape = graph.Node("Concat", "/giant/shape", [side, graph.Node("Unsqueeze", "/giant/other", [graph.Integer(1 << 20), graph.Integers(0)])], attributes: ("axis", 0));
        return graph.Node("ConstantOfShape", "/giant", [shape]);
    }

    // Each 4 GiB.
    private static string Many(TestGraphWriter graph)
    {
        var parts = Enumerable.Range(0, 16).Select(part => graph.Node("ConstantOfShape", $"/giant/part{part}", [graph.Integers(1 << 15, 1 << 15)])).ToArray();
        return graph.Node("Concat", "/giant", parts, attributes: ("axis", 0));
    }

    private static string Doubled(TestGraphWriter graph, string value, int times)
    {
        for (var i = 0; i < times; i++)
            value = graph.Node("Concat", $"/giant/{i}", [value, value], attributes: ("axis", 0));
        return value;
    }

    private static string OfInputs(TestGraphWriter graph)
    {
        var shape = graph.Node("Mul", "/giant/shape", [graph.Node("Shape", "/giant/ids", ["input_ids"]), graph.Integers(1 << 18)]);
        return graph.Node("ConstantOfShape", "/giant", [shape]);
    }
}
