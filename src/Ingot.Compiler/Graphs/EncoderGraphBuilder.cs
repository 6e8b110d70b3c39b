using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Graphs;

/// <summary>
/// Draws the graph of a BERT-like encoder: token ids and a mask in, one vector a token out. Positions are counted inside
/// the graph, the table of positions begins with the first that is used, and texts stand alone, so that their one token
/// type is a constant. Knows no files: it plans weights by their checkpoint names.
/// </summary>
internal sealed class EncoderGraphBuilder
{
    /// <summary>The graph's input of token ids, [batch, tokens].</summary>
    public const string Tokens = "input_ids";

    /// <summary>The graph's input that says which tokens are there, [batch, tokens].</summary>
    public const string Mask = "attention_mask";

    /// <summary>The graph's output, [batch, tokens, hidden size].</summary>
    public const string HiddenStates = "last_hidden_state";

    private readonly GraphDraft _draft = new();
    private readonly EncoderConfig _config;
    private readonly EncoderNames _names;
    private readonly ProjectionNodes _projections;
    private readonly OnnxDataType _type;

    private EncoderGraphBuilder(EncoderConfig config, EncoderNames names, Precision precision, int blockSize)
    {
        _config = config;
        _names = names;
        _projections = new ProjectionNodes(_draft, precision, blockSize);
        _type = _projections.ActivationType;
    }

    /// <summary>Draws the whole graph.</summary>
    public static GraphDraft Build(EncoderConfig config, EncoderNames names, Precision precision, int blockSize)
    {
        var builder = new EncoderGraphBuilder(config, names, precision, blockSize);
        builder._draft.Input(Tokens, OnnxDataType.Int64, "batch_size", "sequence_length");
        builder._draft.Input(Mask, OnnxDataType.Int64, "batch_size", "sequence_length");
        builder._draft.Output(HiddenStates, builder._type, "batch_size", "sequence_length", config.HiddenSize);
        builder.DrawModel();
        return builder._draft;
    }

    private void DrawModel()
    {
        var positions = DrawPositions();
        var stream = DrawEmbeddings(positions);
        var mask = _draft.Add("Cast", "/model/mask/Cast", [Mask], GraphDraft.Integer("to", (long)OnnxDataType.Int32));
        var bias = _config.DistanceBuckets > 0 ? DrawDistanceBias(positions) : "";
        for (var layer = 0; layer < _config.LayerCount; layer++)
        {
            var path = $"/model/layers.{layer}";
            var update = DrawAttention(path, layer, stream, mask, bias);
            stream = DrawNorm($"{path}/attn_norm", _names.AttentionNorm(layer), stream, update);
            update = DrawFeedForward(path, layer, stream);
            stream = DrawNorm($"{path}/mlp_norm", _names.OutputNorm(layer), stream, update,
                layer == _config.LayerCount - 1 ? HiddenStates : null);
        }
    }

    private string DrawPositions()
    {
        const string Path = "/model/positions";
        var shape = _draft.Add("Shape", $"{Path}/Shape", [Tokens]);
        var length = _draft.Add("Gather", $"{Path}/Gather", [shape, _draft.Scalar(1)], GraphDraft.Integer("axis", 0));
        return _draft.Add("Range", $"{Path}/Range", [_draft.Scalar(0), length, _draft.Scalar(1)]);
    }

    private string DrawEmbeddings(string positions)
    {
        const string Path = "/model/embeddings";
        var hidden = _config.HiddenSize;
        var words = _projections.Embed(Tokens, _config.VocabularySize, hidden, isTied: false, _names.Words);
        var table = _draft.Add(new RowsTensor("model.embed_positions.weight", _names.Positions, _type,
            (_config.PositionRows, hidden), _config.FirstPosition, _config.PositionCount));
        var places = _draft.Add("Gather", $"{Path}/positions/Gather", [table, positions]);
        var sum = _draft.Add("Add", $"{Path}/positions/Add", [words, places]);
        if (_config.TypeRows > 0)
        {
            var type = _draft.Add(new RowsTensor("model.embed_types.weight", _names.Types, _type, (_config.TypeRows, hidden), 0, 1));
            sum = _draft.Add("Add", $"{Path}/types/Add", [sum, type]);
        }
        var (weight, bias) = NormWeights(_names.EmbeddingNorm);
        return _draft.Add("LayerNormalization", $"{Path}/LayerNorm", [sum, weight, bias],
            GraphDraft.Integer("axis", -1), GraphDraft.Real("epsilon", _config.NormEpsilon));
    }

    // The bias of [query, key] is the row of the table for how far the key lies behind the query.
    private string DrawDistanceBias(string positions)
    {
        const string Path = "/model/distance_bias";
        var keys = _draft.Add("Unsqueeze", $"{Path}/keys/Unsqueeze", [positions, _draft.List(0)]);
        var queries = _draft.Add("Unsqueeze", $"{Path}/queries/Unsqueeze", [positions, _draft.List(1)]);
        var distances = _draft.Add("Sub", $"{Path}/Sub", [keys, queries]);
        var limited = _draft.Add("Clip", $"{Path}/Clip", [distances, _draft.Scalar(-DistanceBias.Furthest), _draft.Scalar(DistanceBias.Furthest)]);
        var rows = _draft.Add("Add", $"{Path}/Add", [limited, _draft.Scalar(DistanceBias.Furthest)]);
        var table = _draft.Add(new DistanceBias("model.distance_bias.weight", _names.Distances, _type, _config.DistanceBuckets, _config.HeadCount));
        var biases = _draft.Add("Gather", $"{Path}/Gather", [table, rows]);
        var byHead = _draft.Add("Transpose", $"{Path}/Transpose", [biases], GraphDraft.Integers("perm", 2, 0, 1));
        return _draft.Add("Unsqueeze", $"{Path}/Unsqueeze", [byHead, _draft.List(0)]);
    }

    private string DrawAttention(string path, int layer, string input, string mask, string bias)
    {
        var hidden = _config.HiddenSize;
        var query = _projections.Project($"{path}/attn/q_proj", _names.Query(layer), input, hidden, hidden, hasBias: true);
        var key = _projections.Project($"{path}/attn/k_proj", _names.Key(layer), input, hidden, hidden, hasBias: true);
        var value = _projections.Project($"{path}/attn/v_proj", _names.Value(layer), input, hidden, hidden, hasBias: true);
        var name = $"{path}/attn/MultiHeadAttention";
        var mixed = _draft.Add(GraphDraft.Contributed, "MultiHeadAttention", name,
            bias.Length > 0 ? [query, key, value, "", mask, bias] : [query, key, value, "", mask], [$"{name}/output_0"],
            GraphDraft.Integer("num_heads", _config.HeadCount), GraphDraft.Real("scale", 1 / Math.Sqrt(_config.HeadSize)));
        return _projections.Project($"{path}/attn/o_proj", _names.AttentionOutput(layer), mixed, hidden, hidden, hasBias: true);
    }

    private string DrawFeedForward(string path, int layer, string input)
    {
        var up = _projections.Project($"{path}/mlp/up_proj", _names.Up(layer), input, _config.IntermediateSize, _config.HiddenSize, hasBias: true);
        var activated = _config.Activation == EncoderActivation.Relu
            ? _draft.Add("Relu", $"{path}/mlp/Relu", [up])
            : _draft.Add("Gelu", $"{path}/mlp/Gelu", [up],
                GraphDraft.Text("approximate", _config.Activation == EncoderActivation.GeluTanh ? "tanh" : "none"));
        return _projections.Project($"{path}/mlp/down_proj", _names.Down(layer), activated, _config.HiddenSize, _config.IntermediateSize, hasBias: true);
    }

    // Adds the update to the stream and normalises the sum, which is the stream from there on.
    private string DrawNorm(string path, string source, string stream, string update, string? result = null)
    {
        var (weight, bias) = NormWeights(source);
        return _draft.Add(GraphDraft.Contributed, "SkipLayerNormalization", $"{path}/SkipLayerNorm", [stream, update, weight, bias],
            [result ?? $"{path}/output_0"], GraphDraft.Real("epsilon", _config.NormEpsilon));
    }

    private (string Weight, string Bias) NormWeights(string source)
    {
        var (weight, bias) = _names.Norm(source);
        return (_draft.Add(new FloatTensor(weight, weight, _type, _config.HiddenSize)), _draft.Add(new FloatTensor(bias, bias, _type, _config.HiddenSize)));
    }
}
