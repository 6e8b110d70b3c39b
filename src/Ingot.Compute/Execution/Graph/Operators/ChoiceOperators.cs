using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>
/// The one use that exports have for a choice inside the graph: rotary tables for short and for long sequences. All are kept, and each
/// sequence gets those for its length.
/// </summary>
internal static class ChoiceOperators
{
    // Two in exports of LongRoPE; some more where frequencies are stretched by length.
    private const int MostChoices = 64;

    public static void ReadIf(GraphBuilder graph, OnnxNode node)
    {
        if (graph.Value(node, 0) is not LongerThanValue choice)
            throw node.Unsupported("chooses by something other than the length of the sequence");
        var longer = node.Graph("then_branch") ?? throw node.Invalid("lacks one of its branches");
        var shorter = node.Graph("else_branch") ?? throw node.Invalid("lacks one of its branches");
        if (longer.Output.Count != node.Outputs.Count || shorter.Output.Count != node.Outputs.Count)
            throw node.Invalid($"has {node.Outputs.Count} outputs where its branches give {longer.Output.Count} and {shorter.Output.Count}");
        for (var i = 0; i < node.Outputs.Count; i++)
        {
            var choices = Join(Read(graph, node, shorter, i), Read(graph, node, longer, i), choice.Threshold, graph.Description.ContextLength ?? int.MaxValue);
            if (choices.Count > MostChoices)
                throw node.Unsupported($"makes a choice among more than {MostChoices} tables");
            graph.Define(node.Output(i), choices.Count == 1 ? choices[0].Value : new ChosenValue(choices));
        }
    }

    // What no sequence of the context is long enough for is left out.
    private static List<(int Longest, ConstantValue Value)> Join(
        IReadOnlyList<(int Longest, ConstantValue Value)> shorter, IReadOnlyList<(int Longest, ConstantValue Value)> longer, long threshold, int context)
    {
        var joined = new List<(int Longest, ConstantValue Value)>();
        var last = 0;
        foreach (var (longest, value) in shorter.Select(one => ((int)Math.Min(one.Longest, threshold), one.Value)).Concat(longer))
        {
            if (longest <= last || last >= context)
                continue;
            joined.Add((longest, value));
            last = longest;
        }

        return joined;
    }

    private static IReadOnlyList<(int Longest, ConstantValue Value)> Read(GraphBuilder graph, OnnxNode node, GraphProto branch, int index)
    {
        var name = branch.Output[index].Name;
        var producer = branch.Node.FirstOrDefault(n => n.Output.Contains(name));
        if (producer is { OpType: "Identity", Input: [var outer] })
        {
            return graph.FindOrRead(outer) switch
            {
                ConstantValue constant => [(int.MaxValue, constant)],
                ChosenValue chosen => chosen.Choices,
                _ => throw Unsupported(node),
            };
        }

        var tensor = producer is { OpType: "Constant" }
            ? new OnnxNode(producer, index).Tensor("value")
            : branch.Initializer.FirstOrDefault(t => t.Name == name);
        var view = graph.File.Open(tensor ?? throw Unsupported(node));
        return [(int.MaxValue, new ConstantValue(view, view.Dims.ToArray(), Transposed: false))];
    }

    private static Errors.IngotException Unsupported(OnnxNode node) => node.Unsupported("has a branch that gives something other than constants");
}
