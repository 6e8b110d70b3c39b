using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Graphs;

/// <summary>
/// Draws the graph of a Llama-like decoder with the operators and names onnxruntime-genai's model builder uses, so that
/// every runtime which knows those graphs runs these. Knows no files: it plans weights by their checkpoint names.
/// </summary>
internal sealed class DecoderGraphBuilder
{
    /// <summary>The output of a graph without a head, [batch, tokens, hidden size].</summary>
    public const string HiddenStates = "last_hidden_state";

    private const string Tokens = "input_ids";
    private const string Mask = "attention_mask";
    private const string MaskPath = "/model/attn_mask_reformat/attn_mask_subgraph";

    private readonly GraphDraft _draft = new();
    private readonly DecoderConfig _config;
    private readonly ProjectionNodes _projections;
    private readonly OnnxDataType _type;
    private readonly bool _hasHead;
    private readonly int _blockSize;

    private DecoderGraphBuilder(DecoderConfig config, Precision precision, int blockSize, bool hasHead)
    {
        _config = config;
        _hasHead = hasHead;
        _blockSize = blockSize;
        _projections = new ProjectionNodes(_draft, precision, blockSize);
        _type = _projections.ActivationType;
    }

    /// <summary>Draws the whole graph.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="precision">How weights are stored.</param>
    /// <param name="blockSize">Weights that share a scale.</param>
    /// <param name="hasHead">Whether it ends in logits; else in the last layer's rows, for vectors of texts.</param>
    public static GraphDraft Build(DecoderConfig config, Precision precision, int blockSize, bool hasHead)
    {
        var builder = new DecoderGraphBuilder(config, precision, blockSize, hasHead);
        builder.DeclareInputsAndOutputs();
        builder.DrawModel();
        return builder._draft;
    }

    private void DeclareInputsAndOutputs()
    {
        _draft.Input(Tokens, OnnxDataType.Int64, "batch_size", "sequence_length");
        _draft.Input(Mask, OnnxDataType.Int64, "batch_size", "total_sequence_length");
        _draft.Output(_hasHead ? "logits" : HiddenStates, _type, "batch_size", "sequence_length", _hasHead ? _config.VocabularySize : _config.HiddenSize);
        for (var layer = 0; layer < _config.LayerCount; layer++)
        {
            foreach (var part in (ReadOnlySpan<string>)["key", "value"])
            {
                _draft.Input($"past_key_values.{layer}.{part}", _type, "batch_size", _config.KeyValueHeadCount, "past_sequence_length", _config.HeadSize);
                _draft.Output($"present.{layer}.{part}", _type, "batch_size", _config.KeyValueHeadCount, "total_sequence_length", _config.HeadSize);
            }
        }
    }

    private void DrawModel()
    {
        var (lastPositions, totalLength) = DrawMask();
        RotaryNodes.Draw(_draft, _config, _type, $"{MaskPath}/Gather/output_0");
        var stream = _projections.Embed(Tokens, _config.VocabularySize, _config.HiddenSize, _hasHead && _config.TiedEmbeddings);
        string? update = null;
        for (var layer = 0; layer < _config.LayerCount; layer++)
        {
            var path = $"/model/layers.{layer}";
            (var normed, stream) = DrawNorm($"{path}/input_layernorm", $"model.layers.{layer}.input_layernorm.weight", stream, update);
            update = DrawAttention(layer, normed, lastPositions, totalLength);
            (normed, stream) = DrawNorm($"{path}/post_attention_layernorm", $"model.layers.{layer}.post_attention_layernorm.weight", stream, update);
            update = DrawFeedForward(layer, normed);
        }
        var (last, _) = DrawNorm($"/model/layers.{_config.LayerCount}/final_norm_layernorm", "model.norm.weight", stream, update, isLast: true);
        if (!_hasHead) return;
        _projections.Project("/lm_head", _config.TiedEmbeddings ? "model.embed_tokens" : "lm_head", last,
            _config.VocabularySize, _config.HiddenSize, hasBias: false, result: "logits");
    }

    // Attention wants, for each sequence, the position of its last token, and the length of the longest.
    private (string LastPositions, string TotalLength) DrawMask()
    {
        var lengths = _draft.Add("ReduceSum", $"{MaskPath}/ReduceSum", [Mask, _draft.List(1)], GraphDraft.Integer("keepdims", 0));
        var last = _draft.Add("Sub", $"{MaskPath}/Sub", [lengths, _draft.List(1)]);
        var shape = _draft.Add("Shape", $"{MaskPath}/Shape", [Mask]);
        var total = _draft.Add("Gather", $"{MaskPath}/Gather", [shape, _draft.Scalar(1)], GraphDraft.Integer("axis", 0));
        var toInt32 = GraphDraft.Integer("to", (long)OnnxDataType.Int32);
        return (_draft.Add("Cast", $"{MaskPath}/Sub/Cast", [last], toInt32), _draft.Add("Cast", $"{MaskPath}/Gather/Cast", [total], toInt32.Clone()));
    }

    // Adds the update to the residual stream, normalises the sum, and hands on both.
    private (string Normed, string Stream) DrawNorm(string path, string source, string stream, string? update, bool isLast = false)
    {
        var weight = _draft.Add(new FloatTensor(source, source, _type, _config.HiddenSize));
        var normed = isLast && !_hasHead ? HiddenStates : $"{path}/output_0";
        var sum = $"{path}/output_3";
        var epsilon = GraphDraft.Real("epsilon", _config.NormEpsilon);
        if (update is null)
        {
            _draft.Add("", "SimplifiedLayerNormalization", $"{path}/LayerNorm", [stream, weight], [normed],
                epsilon, GraphDraft.Integer("axis", -1), GraphDraft.Integer("stash_type", 1));
            return (normed, stream);
        }
        _draft.Add(GraphDraft.Contributed, "SkipSimplifiedLayerNormalization", $"{path}/SkipLayerNorm", [stream, update, weight],
            isLast ? [normed] : [normed, "", "", sum], epsilon);
        return (normed, sum);
    }

    private string DrawAttention(int layer, string input, string lastPositions, string totalLength)
    {
        var path = $"/model/layers.{layer}/attn";
        var source = $"model.layers.{layer}.self_attn";
        var query = _projections.Project($"{path}/q_proj", $"{source}.q_proj", input, _config.QueryWidth, _config.HiddenSize, _config.QueryKeyValueBias);
        var key = _projections.Project($"{path}/k_proj", $"{source}.k_proj", input, _config.KeyValueWidth, _config.HiddenSize, _config.QueryKeyValueBias);
        var value = _projections.Project($"{path}/v_proj", $"{source}.v_proj", input, _config.KeyValueWidth, _config.HiddenSize, _config.QueryKeyValueBias);
        if (_config.HeadNorms)
        {
            query = DrawHeadNorm($"{path}/q_norm", $"{source}.q_norm.weight", query, _config.QueryWidth);
            key = DrawHeadNorm($"{path}/k_norm", $"{source}.k_norm.weight", key, _config.KeyValueWidth);
        }
        var name = $"{path}/GroupQueryAttention";
        string[] sinks = _config.Sinks ? ["", "", _draft.Add(new FloatTensor($"{WeightName(path)}.sinks", $"{source}.sinks", _type, _config.HeadCount))] : [];
        var window = _config.WindowedLayers.Count > 0 && _config.WindowedLayers[layer] ? _config.Window : -1;
        var mixed = _draft.Add(GraphDraft.Contributed, "GroupQueryAttention", name,
            [query, key, value, $"past_key_values.{layer}.key", $"past_key_values.{layer}.value", lastPositions, totalLength, RotaryNodes.Cosines, RotaryNodes.Sines, .. sinks],
            [$"{name}/output_0", $"present.{layer}.key", $"present.{layer}.value"],
            GraphDraft.Integer("num_heads", _config.HeadCount), GraphDraft.Integer("kv_num_heads", _config.KeyValueHeadCount),
            GraphDraft.Real("scale", 1 / Math.Sqrt(_config.HeadSize)), GraphDraft.Integer("do_rotary", 1),
            GraphDraft.Integer("rotary_interleaved", 0), GraphDraft.Integer("local_window_size", window));
        return _projections.Project($"{path}/o_proj", $"{source}.o_proj", mixed, _config.HiddenSize, _config.QueryWidth, _config.OutputBias);
    }

    // Each head is a row of its own for the norm's sake.
    private string DrawHeadNorm(string path, string source, string input, int width)
    {
        var rows = _draft.Add("Reshape", $"{path}/Reshape_1", [input, _draft.List(0, -1, _config.HeadSize)]);
        var weight = _draft.Add(new FloatTensor($"{WeightName(path)}.layernorm.weight", source, _type, _config.HeadSize));
        var normed = _draft.Add("SimplifiedLayerNormalization", $"{path}/SimplifiedLayerNormalization", [rows, weight],
            GraphDraft.Real("epsilon", _config.NormEpsilon), GraphDraft.Integer("axis", -1), GraphDraft.Integer("stash_type", 1));
        return _draft.Add("Reshape", $"{path}/Reshape_2", [normed, _draft.List(0, -1, width)]);
    }

    private string DrawFeedForward(int layer, string input) => _config.Experts is { } experts && experts.AreIn(layer)
        ? new ExpertNodes(_draft, _projections, _config, experts, _projections.Bits, _blockSize).Draw(layer, input)
        : _projections.FeedForward($"/model/layers.{layer}/mlp", $"model.layers.{layer}.mlp", input, _config.HiddenSize, _config.IntermediateSize, _config.FeedForwardBias);

    private static string WeightName(string node) => node[1..].Replace('/', '.');
}
