using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compiler.Graphs;

/// <summary>A feed-forward part that is a mixture of experts: the router, the experts in one <c>MoE</c> or <c>QMoE</c> node, and the expert all tokens go through.</summary>
internal sealed class ExpertNodes(GraphDraft draft, ProjectionNodes projections, DecoderConfig config, ExpertsConfig experts, int bits, int blockSize)
{
    private readonly OnnxDataType _type = projections.ActivationType;

    /// <summary>Draws one layer's.</summary>
    public string Draw(int layer, string input)
    {
        if (bits > 0 && (config.HiddenSize % blockSize != 0 || experts.InnerSize % blockSize != 0))
        {
            throw new IngotException(ErrorCode.InvalidValue,
                $"Experts of {config.HiddenSize} and {experts.InnerSize} inputs do not divide into blocks of {blockSize}; choose a smaller block size.", "block-size");
        }

        var path = $"/model/layers.{layer}/moe";
        var source = $"model.layers.{layer}";
        var router = experts.Layout switch
        {
            ExpertsLayout.Numbered => $"{source}.block_sparse_moe.gate",
            ExpertsLayout.Named => $"{source}.mlp.gate",
            _ => $"{source}.mlp.router",
        };
        // A few bits more or less choose other experts, and the router is small: it keeps its floats.
        var scores = projections.Project($"{path}/router", router, input, experts.Count, config.HiddenSize, experts.HasBiases, inFloats: true);
        scores = draft.Add("Reshape", $"{path}/router/Reshape", [scores, draft.List(-1, experts.Count)]);
        var mixed = DrawExperts(path, source, input, scores);
        return experts.SharedSize == 0 ? mixed : DrawShared(layer, input, mixed);
    }

    private string DrawExperts(string path, string source, string input, string scores)
    {
        var name = $"{path[1..].Replace('/', '.')}.experts";
        var first = Weights($"{name}.gate_up_proj", ExpertMatrix.GatesAndUps(experts, source, config.HiddenSize));
        var second = Weights($"{name}.down_proj", ExpertMatrix.Downs(experts, source, config.HiddenSize));
        var (firstBias, secondBias) = ("", "");
        if (experts.HasBiases)
        {
            firstBias = draft.Add(new FloatTensor($"{name}.gate_up_proj.bias", $"{source}.mlp.experts.gate_up_proj_bias", _type, experts.Count, 2 * experts.InnerSize));
            secondBias = draft.Add(new FloatTensor($"{name}.down_proj.bias", $"{source}.mlp.experts.down_proj_bias", _type, experts.Count, config.HiddenSize));
        }

        List<AttributeProto> attributes =
        [
            GraphDraft.Integer("k", experts.PerToken), GraphDraft.Text("activation_type", "swiglu"), GraphDraft.Integer("swiglu_fusion", 1),
            GraphDraft.Real("activation_alpha", experts.Alpha), GraphDraft.Real("activation_beta", experts.Beta),
            GraphDraft.Integer("normalize_routing_weights", experts.Normalizes ? 1 : 0), GraphDraft.Integer("use_sparse_mixer", 0),
        ];
        if (experts.Limit is { } limit) attributes.Add(GraphDraft.Real("swiglu_limit", limit));
        if (bits > 0) attributes.AddRange([GraphDraft.Integer("expert_weight_bits", bits), GraphDraft.Integer("block_size", blockSize)]);
        var node = $"{path}/{(bits > 0 ? "QMoE" : "MoE")}";
        return draft.Add(GraphDraft.Contributed, bits > 0 ? "QMoE" : "MoE", node,
            [input, scores, .. first, firstBias, .. second, secondBias], [$"{node}/output_0"], [.. attributes]);
    }

    private string[] Weights(string name, ExpertMatrix matrix)
    {
        if (bits == 0)
            return [draft.Add(new ExpertsTensor($"{name}.weight", null, matrix, _type, bits, blockSize))];
        return [draft.Add(new ExpertsTensor($"{name}.qweight", $"{name}.scales", matrix, _type, bits, blockSize)), $"{name}.scales"];
    }

    private string DrawShared(int layer, string input, string mixed)
    {
        var path = $"/model/layers.{layer}/shared_expert";
        var source = $"model.layers.{layer}.mlp.shared_expert";
        var shared = projections.FeedForward(path, source, input, config.HiddenSize, experts.SharedSize, hasBias: false);
        var gate = projections.Project($"{path}_gate", $"{source}_gate", input, 1, config.HiddenSize, hasBias: false, inFloats: true);
        gate = draft.Add("Sigmoid", $"{path}_gate/Sigmoid", [gate]);
        shared = draft.Add("Mul", $"{path}_gate/Mul", [gate, shared]);
        return draft.Add("Add", $"{path}/Add", [mixed, shared]);
    }
}
