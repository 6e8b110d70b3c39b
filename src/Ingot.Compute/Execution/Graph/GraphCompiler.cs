using Ingot.Compute.Execution.Graph.Operators;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>A decoder graph as operations on flat rows, in an order in which they can run.</summary>
/// <param name="Operations">The operations.</param>
/// <param name="Logits">The rows they end in, written to the caller's memory.</param>
/// <param name="PositionCount">Positions that may occur; null for no limit.</param>
/// <param name="RotaryLimits">Lengths beyond which a sequence takes other rotary tables, ascending.</param>
internal sealed record DecoderProgram(IReadOnlyList<Operation> Operations, RowsValue Logits, int? PositionCount, IReadOnlyList<int> RotaryLimits);

/// <summary>
/// Reads a padded [batch, tokens, …] decoder graph as a program on flat [tokens, width] rows: every node either works on
/// each token alone, or is attention, or serves the padding and falls away.
/// </summary>
internal static class GraphCompiler
{
    /// <summary>Reads the graph; packs no weights yet.</summary>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: naming the operator and the node.</exception>
    public static DecoderProgram Compile(OnnxModelFile file, DecoderDescription description, WeightSlots weights)
    {
        var nodes = GraphOrder.NodesBehind(file, description.Logits);
        var graph = new GraphBuilder(file, description, weights, nodes);
        DefineInputs(graph);
        foreach (var node in nodes)
            Read(graph, node);

        if (graph.Find(description.Logits) is not RowsValue { IsWhole: true, HeadsFirst: false } logits || logits.LastDim != logits.Width)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The output '{description.Logits}' of {file.FileName} is not one row of scores per token.");
        RequireLayers(graph);
        if (weights.Embeddings.Count == 0)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The graph of {file.FileName} does not look up its tokens in an embedding.");
        logits.Buffer.IsExternal = true;
        var operations = TailRows.Split(graph.Operations);
        // The caller's memory holds the wanted rows only: nothing that works on all rows may touch it.
        if (!operations.Exists(o => IsWriting(o, logits.Buffer)) || operations.Exists(o => !o.IsTail && IsWriting(o, logits.Buffer)))
            throw new IngotException(ErrorCode.ModelUnsupported, $"The output '{description.Logits}' of {file.FileName} is not computed behind the last attention.");
        return new DecoderProgram(operations, logits, graph.PositionCount, [.. graph.RotaryLimits]);
    }

    private static bool IsWriting(Operation operation, RowBuffer buffer) =>
        operation.Accesses.Any(access => access.IsWrite && ReferenceEquals(access.Resource, buffer));

    private static void DefineInputs(GraphBuilder graph)
    {
        var description = graph.Description;
        var inputs = new Dictionary<string, GraphValue>(StringComparer.Ordinal)
        {
            [description.InputIds] = new TokenIdsValue(),
        };
        inputs.TryAdd(description.AttentionMask, new ShapeValue(null, FromMask: true));
        inputs.TryAdd(description.PositionIds, new PositionsValue());
        for (var layer = 0; layer < description.LayerCount; layer++)
        {
            inputs.TryAdd(DecoderNames.OfLayer(description.PastKey, layer), new PastValue(layer, IsKey: true));
            inputs.TryAdd(DecoderNames.OfLayer(description.PastValue, layer), new PastValue(layer, IsKey: false));
        }

        foreach (var input in graph.File.Graph.Input)
        {
            if (inputs.Remove(input.Name, out var value))
                graph.Define(input.Name, value);
        }
    }

    private static void Read(GraphBuilder graph, OnnxNode node)
    {
        var onRows = Enumerable.Range(0, node.Inputs.Count).Any(i => graph.Value(node, i) is RowsValue or TokenIdsValue);
        var reader = OperatorTable.Find(node);
        if (onRows && reader is not null && node.Operator is not "Shape")
        {
            reader(graph, node);
            node.RefuseUnknownAttributes();
        }
        else if (!ShapeOperators.TryRead(graph, node))
        {
            throw node.Unsupported(reader is null
                ? $"is of an operator that is not supported{(node.Domain.Length > 0 ? $" (domain '{ContainedPath.Printable(node.Domain)}')" : "")}"
                : "does not work on rows of the tokens, which is not supported");
        }
    }

    private static void RequireLayers(GraphBuilder graph)
    {
        var description = graph.Description;
        var layers = graph.Operations.OfType<KvWriteOperation>().Select(o => o.LayerIndex).ToList();
        if (layers.Count != description.LayerCount || layers.Distinct().Count() != layers.Count)
        {
            throw new IngotException(ErrorCode.ModelInvalid,
                $"The graph of {graph.File.FileName} has {layers.Count} attention layers where the configuration says {description.LayerCount}.");
        }
    }
}
