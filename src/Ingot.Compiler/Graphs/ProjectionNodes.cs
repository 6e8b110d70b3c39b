using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Graphs;

/// <summary>
/// The matrix products of a model and its embedding, in one precision: <c>MatMul</c> over floats or
/// <c>MatMulNBits</c> over blocks. Knows which checkpoint tensor each is made from.
/// </summary>
internal sealed class ProjectionNodes(GraphDraft draft, Precision precision, int blockSize)
{
    private const int AccuracyInt8 = 4;

    /// <summary>The type of activations, logits and the key-value cache.</summary>
    public OnnxDataType ActivationType { get; } = precision == Precision.Fp16 ? OnnxDataType.Float16 : OnnxDataType.Float;

    /// <summary>Bits of a quantised weight; 0 in the floating-point precisions.</summary>
    public int Bits { get; } = precision switch { Precision.Int4 => 4, Precision.Int8 => 8, _ => 0 };

    /// <summary>A product with a checkpoint's matrix and, if there is one, its bias.</summary>
    /// <param name="path">The node's path, without the operator (<c>/model/layers.0/attn/q_proj</c>).</param>
    /// <param name="source">The checkpoint's name without <c>.weight</c>.</param>
    /// <param name="input">What is multiplied.</param>
    /// <param name="outputs">The matrix's rows.</param>
    /// <param name="inputs">The matrix's columns.</param>
    /// <param name="hasBias">Whether <c>.bias</c> is added.</param>
    /// <param name="result">The name of the result; null for the usual one.</param>
    /// <param name="inFloats">Whether it stays in floats in every precision.</param>
    public string Project(string path, string source, string input, int outputs, int inputs, bool hasBias, string? result = null, bool inFloats = false)
    {
        var name = $"{path}/MatMul";
        var weight = WeightName(name);
        var product = result ?? $"{name}/output_0";
        if (Bits == 0 || inFloats)
        {
            draft.Add(new TransposedTensor($"{weight}.weight", $"{source}.weight", ActivationType, outputs, inputs));
            draft.Add("", "MatMul", name, [input, $"{weight}.weight"], [product]);
        }
        else
        {
            var (integers, scales) = QuantizedNames(weight);
            draft.Add(new QuantizedTensor(integers, scales, $"{source}.weight", outputs, inputs, Bits, blockSize, flat: false));
            draft.Add(GraphDraft.Contributed, "MatMulNBits", $"{name}_Q{Bits}", [input, integers, scales], [product],
                GraphDraft.Integer("K", inputs), GraphDraft.Integer("N", outputs), GraphDraft.Integer("bits", Bits),
                GraphDraft.Integer("block_size", blockSize), GraphDraft.Integer("accuracy_level", AccuracyInt8));
        }
        if (!hasBias) return product;
        var bias = draft.Add(new FloatTensor($"{WeightName($"{path}/Add")}.bias", $"{source}.bias", ActivationType, outputs));
        return draft.Add("Add", $"{path}/Add", [product, bias]);
    }

    /// <summary>A gated feed-forward part: down(silu(gate) · up).</summary>
    /// <param name="path">The path of its nodes.</param>
    /// <param name="source">The checkpoint's name for it.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="hidden">Numbers of a row.</param>
    /// <param name="inner">Numbers between its products.</param>
    /// <param name="hasBias">Whether all three products have biases.</param>
    public string FeedForward(string path, string source, string input, int hidden, int inner, bool hasBias)
    {
        var gate = Project($"{path}/gate_proj", $"{source}.gate_proj", input, inner, hidden, hasBias);
        var up = Project($"{path}/up_proj", $"{source}.up_proj", input, inner, hidden, hasBias);
        var sigmoid = draft.Add("Sigmoid", $"{path}/act_fn/Sigmoid", [gate]);
        var activated = draft.Add("Mul", $"{path}/act_fn/Mul", [gate, sigmoid]);
        var product = draft.Add("Mul", $"{path}/Mul", [activated, up]);
        return Project($"{path}/down_proj", $"{source}.down_proj", product, hidden, inner, hasBias);
    }

    /// <summary>Rows of the embedding for the tokens. A tied one is looked up in the language-model head's own weights.</summary>
    public string Embed(string tokens, int vocabulary, int hidden, bool isTied, string source = "model.embed_tokens.weight")
    {
        const string Path = "/model/embed_tokens";
        if (Bits == 0 && isTied)
        {
            var rows = draft.Add("Transpose", $"{Path}/Transpose", [$"{WeightName("/lm_head/MatMul")}.weight"], GraphDraft.Integers("perm", 1, 0));
            return draft.Add("Gather", $"{Path}/Gather", [rows, tokens]);
        }
        // A gathered row has all its blocks' weights: padding of the last block would become part of it.
        if (Bits == 0 || hidden % blockSize != 0)
            return draft.Add("Gather", $"{Path}/Gather", [draft.Add(new FloatTensor(source, source, ActivationType, vocabulary, hidden)), tokens]);
        var (integers, scales) = QuantizedNames(isTied ? WeightName("/lm_head/MatMul") : "model.embed_tokens");
        if (isTied)
            integers = draft.Add("Reshape", $"{Path}/Reshape", [integers, draft.List(vocabulary, hidden * Bits / 8)]);
        else
            draft.Add(new QuantizedTensor(integers, scales, source, vocabulary, hidden, Bits, blockSize, flat: true));
        return draft.Add(GraphDraft.Contributed, "GatherBlockQuantized", $"{Path}/GatherBlockQuantized", [integers, tokens, scales],
            [$"{Path}/GatherBlockQuantized/output_0"], GraphDraft.Integer("bits", Bits), GraphDraft.Integer("block_size", blockSize),
            GraphDraft.Integer("gather_axis", 0), GraphDraft.Integer("quantize_axis", 1));
    }

    private (string Integers, string Scales) QuantizedNames(string weight) => ($"{weight}.weight_Q{Bits}G{blockSize}", $"{weight}.weight_scales");

    private static string WeightName(string node) => node[1..].Replace('/', '.');
}
