using System.Globalization;
using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Graphs;

/// <summary>
/// The tables of rotations that attention takes: one pair for all sequences, or several among which the graph chooses by the length of
/// the sequence, as onnxruntime-genai's model builder draws it for LongRoPE.
/// </summary>
internal static class RotaryNodes
{
    /// <summary>The value that holds the cosines, [positions, pairs].</summary>
    public const string Cosines = "cos_cache";

    /// <summary>The value that holds the sines, [positions, pairs].</summary>
    public const string Sines = "sin_cache";

    private const string Path = "/model/rotemb_caches_subgraph";

    /// <summary>Draws them.</summary>
    /// <param name="draft">Receives tables and nodes.</param>
    /// <param name="config">Gives the rotations and the longest sequence.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="length">The value that holds the length of the longest sequence, a 64-bit number.</param>
    public static void Draw(GraphDraft draft, DecoderConfig config, OnnxDataType type, string length)
    {
        if (config.Rope.Longer.Count == 0)
        {
            AddTables(draft, config.Rope, config.ContextLength, type, "");
            return;
        }

        RopeSettings[] all = [config.Rope, .. config.Rope.Longer];
        var tables = all.Select(rope => AddTables(
            draft, rope, rope.LongestSequence ?? config.ContextLength, type, $"_{(rope.LongestSequence ?? config.ContextLength).ToString(CultureInfo.InvariantCulture)}")).ToArray();

        // From the longest to the shortest: the last choice is the one that attention reads.
        var chosen = tables[^1];
        for (var i = tables.Length - 2; i >= 0; i--)
        {
            var limit = all[i].LongestSequence!.Value;
            var name = $"{Path}/{(i == 0 ? "" : $"{limit.ToString(CultureInfo.InvariantCulture)}/")}";
            var isLonger = draft.Add("Greater", $"{name}Greater", [length, draft.Scalar(limit)]);
            (string Cosines, string Sines) result = i == 0 ? (Cosines, Sines) : ($"{name}cos", $"{name}sin");
            draft.Add("", "If", $"{name}If", [isLonger], [result.Cosines, result.Sines],
                Branch("then_branch", $"{name}longer", chosen, type), Branch("else_branch", $"{name}shorter", tables[i], type));
            chosen = result;
        }
    }

    private static (string Cosines, string Sines) AddTables(GraphDraft draft, RopeSettings rope, int positions, OnnxDataType type, string suffix) =>
        (draft.Add(new RotaryCache(Cosines + suffix, Math.Cos, type, rope, positions)), draft.Add(new RotaryCache(Sines + suffix, Math.Sin, type, rope, positions)));

    private static AttributeProto Branch(string attribute, string name, (string Cosines, string Sines) tables, OnnxDataType type)
    {
        var branch = new GraphProto { Name = name };
        foreach (var (part, table) in (ReadOnlySpan<(string, string)>)[("cos", tables.Cosines), ("sin", tables.Sines)])
        {
            var output = $"{name}/{part}/output_0";
            branch.Node.Add(new NodeProto { Name = $"{name}/{part}", OpType = "Identity", Input = { table }, Output = { output } });
            branch.Output.Add(new ValueInfoProto { Name = output, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type } } });
        }

        return new AttributeProto { Name = attribute, G = branch, Type = AttributeProto.Types.AttributeType.Graph };
    }
}
