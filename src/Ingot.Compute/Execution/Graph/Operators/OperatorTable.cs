using System.Collections.Frozen;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Turns a node whose data are rows (or token ids) into operations.</summary>
internal delegate void OperatorReader(GraphBuilder graph, OnnxNode node);

/// <summary>Every operator on rows that the executor knows, by domain and name.</summary>
internal static class OperatorTable
{
    public const string Microsoft = "com.microsoft";

    private static readonly FrozenDictionary<(string Domain, string Name), OperatorReader> Readers =
        new Dictionary<(string, string), OperatorReader>
        {
            [("", "Gather")] = EmbeddingOperators.Gather,
            [(Microsoft, "GatherBlockQuantized")] = EmbeddingOperators.GatherBlockQuantized,
            [("", "MatMul")] = ProductOperators.MatMul,
            [("", "Gemm")] = ProductOperators.Gemm,
            [(Microsoft, "MatMulNBits")] = ProductOperators.MatMulNBits,
            [("", "SimplifiedLayerNormalization")] = NormOperators.Simplified,
            [(Microsoft, "SimplifiedLayerNormalization")] = NormOperators.Simplified,
            [("", "RMSNormalization")] = NormOperators.Simplified,
            [("", "LayerNormalization")] = NormOperators.Layer,
            [(Microsoft, "SkipSimplifiedLayerNormalization")] = NormOperators.SkipSimplified,
            [(Microsoft, "SkipLayerNormalization")] = NormOperators.SkipLayer,
            [(Microsoft, "RotaryEmbedding")] = AttentionOperators.RotaryEmbedding,
            [(Microsoft, "GroupQueryAttention")] = AttentionOperators.GroupQueryAttention,
            [(Microsoft, "MultiHeadAttention")] = MultiHeadOperators.MultiHeadAttention,
            [(Microsoft, "MoE")] = ExpertOperators.MoE,
            [(Microsoft, "QMoE")] = ExpertOperators.QMoE,
            [("", "Add")] = ElementwiseOperators.Add,
            [("", "Sub")] = ElementwiseOperators.Subtract,
            [("", "Mul")] = ElementwiseOperators.Multiply,
            [("", "Div")] = ElementwiseOperators.Divide,
            [("", "Sigmoid")] = ElementwiseOperators.Sigmoid,
            [("", "Tanh")] = ElementwiseOperators.Tanh,
            [("", "Relu")] = ElementwiseOperators.Relu,
            [("", "Swish")] = ElementwiseOperators.Swish,
            [("", "Gelu")] = ElementwiseOperators.Gelu,
            [(Microsoft, "Gelu")] = ElementwiseOperators.Gelu,
            [(Microsoft, "FastGelu")] = ElementwiseOperators.FastGelu,
            [(Microsoft, "QuickGelu")] = ElementwiseOperators.QuickGelu,
            [("", "Cast")] = ViewOperators.Cast,
            [("", "Identity")] = ViewOperators.Identity,
            [("", "Reshape")] = ViewOperators.Reshape,
            [("", "Transpose")] = ViewOperators.Transpose,
            [("", "Split")] = ViewOperators.Split,
            [("", "Slice")] = ViewOperators.Slice,
            [("", "Concat")] = ViewOperators.Concat,
        }.ToFrozenDictionary();

    public static OperatorReader? Find(OnnxNode node) => Readers.GetValueOrDefault((node.Domain, node.Operator));
}
