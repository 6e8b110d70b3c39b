using Ingot.Compiler.Tests.Support;

namespace Ingot.Compiler.Tests.Agreement;

/// <summary>
/// The forward pass of a Llama-like decoder in double precision with plain loops, straight from the checkpoint's
/// tensors: no graph, no cache, no kernels. What everything faster is held against.
/// </summary>
internal sealed class ReferenceDecoder(Checkpoint checkpoint)
{
    private readonly int _hidden = checkpoint.Number("hidden_size");
    private readonly int _heads = checkpoint.Number("num_attention_heads");
    private readonly int _keyValueHeads = checkpoint.Number("num_key_value_heads");
    private int _length;
    private readonly double _epsilon = (double)checkpoint.Config["rms_norm_eps"]!;

    private int HeadSize => (int?)checkpoint.Config["head_dim"] ?? _hidden / _heads;

    /// <summary>The logits after each token.</summary>
    public double[][] Run(IReadOnlyList<int> tokens)
    {
        var head = checkpoint.Tensors.ContainsKey("lm_head.weight") ? "lm_head" : "model.embed_tokens";
        return [.. States(tokens).Select(row => Multiply(row, head))];
    }

    /// <summary>The last layer's row of each token, normalised.</summary>
    public double[][] States(IReadOnlyList<int> tokens)
    {
        _length = tokens.Count;
        var stream = tokens.Select(token => Row("model.embed_tokens.weight", token)).ToArray();
        for (var layer = 0; layer < checkpoint.Number("num_hidden_layers"); layer++)
        {
            var path = $"model.layers.{layer}";
            var normed = stream.Select(row => Normalize(row, $"{path}.input_layernorm.weight")).ToArray();
            AddTo(stream, Attend(normed, $"{path}.self_attn", Window(layer)));
            normed = [.. stream.Select(row => Normalize(row, $"{path}.post_attention_layernorm.weight"))];
            AddTo(stream, [.. normed.Select(row => new ReferenceExperts(checkpoint, Multiply).Mix(row, path) ?? FeedForward(row, $"{path}.mlp"))]);
        }
        return [.. stream.Select(row => Normalize(row, "model.norm.weight"))];
    }

    // Every other layer of gpt-oss looks back on a few tokens only.
    private int Window(int layer) => IsGptOss && layer % 2 == 0 ? checkpoint.Number("sliding_window") : int.MaxValue;

    private bool IsGptOss => (string?)checkpoint.Config["architectures"]![0] == "GptOssForCausalLM";

    private double[][] Attend(double[][] inputs, string path, int window)
    {
        var queries = inputs.Select((row, position) => Turn(Multiply(row, $"{path}.q_proj"), position, $"{path}.q_norm.weight")).ToArray();
        var keys = inputs.Select((row, position) => Turn(Multiply(row, $"{path}.k_proj"), position, $"{path}.k_norm.weight")).ToArray();
        var values = inputs.Select(row => Multiply(row, $"{path}.v_proj")).ToArray();
        var outputs = new double[inputs.Length][];
        for (var position = 0; position < inputs.Length; position++)
        {
            var mixed = new double[_heads * HeadSize];
            for (var head = 0; head < _heads; head++)
            {
                var shared = head / (_heads / _keyValueHeads);
                var weights = new double[position + 1];
                for (var past = Math.Max(0, position - window + 1); past <= position; past++)
                {
                    for (var i = 0; i < HeadSize; i++)
                        weights[past] += queries[position][(head * HeadSize) + i] * keys[past][(shared * HeadSize) + i];
                    weights[past] = Math.Exp(weights[past] / Math.Sqrt(HeadSize));
                }
                var total = weights.Sum() + (checkpoint.Tensors.TryGetValue($"{path}.sinks", out var sinks) ? Math.Exp(sinks.Values[head]) : 0);
                for (var past = 0; past <= position; past++)
                {
                    for (var i = 0; i < HeadSize; i++)
                        mixed[(head * HeadSize) + i] += weights[past] / total * values[past][(shared * HeadSize) + i];
                }
            }
            outputs[position] = Multiply(mixed, $"{path}.o_proj");
        }
        return outputs;
    }

    // Norm each head where the model does, then rotate: number i pairs with number i + half of those that are turned.
    private double[] Turn(double[] row, int position, string norm)
    {
        var half = Width / 2;
        for (var first = 0; first < row.Length; first += HeadSize)
        {
            if (checkpoint.Tensors.ContainsKey(norm))
                Normalize(row[first..(first + HeadSize)], norm).CopyTo(row, first);
            for (var i = 0; i < half; i++)
            {
                var angle = position * Frequency(i);
                var (one, other) = (row[first + i] * Magnitude, row[first + half + i] * Magnitude);
                row[first + i] = (one * Math.Cos(angle)) - (other * Math.Sin(angle));
                row[first + half + i] = (other * Math.Cos(angle)) + (one * Math.Sin(angle));
            }
        }
        return row;
    }

    private string? Kind => (string?)checkpoint.Config["rope_scaling"]?["rope_type"];

    private int OriginalContext => (int)checkpoint.Config["rope_scaling"]!["original_max_position_embeddings"]!;

    private int Width => (int)(HeadSize * ((double?)checkpoint.Config["partial_rotary_factor"] ?? 1));

    private double Magnitude => Kind switch
    {
        "yarn" => 1 + (0.1 * Math.Log((double)checkpoint.Config["rope_scaling"]!["factor"]!)),
        "longrope" => Math.Sqrt(1 + Math.Log((double)checkpoint.Number("max_position_embeddings") / OriginalContext, OriginalContext)),
        _ => 1,
    };

    private double Frequency(int i)
    {
        var theta = (double)checkpoint.Config["rope_theta"]!;
        var frequency = 1 / Math.Pow(theta, 2.0 * i / Width);
        if (checkpoint.Config["rope_scaling"] is not { } scaling) return frequency;
        if (Kind == "longrope") return frequency / (double)scaling[_length > OriginalContext ? "long_factor" : "short_factor"]![i]!;
        var factor = (double)scaling["factor"]!;
        if (Kind == "dynamic")
        {
            // From the original context to that times the factor in equal ratios of at most the square root of two.
            var positions = checkpoint.Number("max_position_embeddings");
            var longest = Enumerable.Range(0, 5).Select(step => (int)Math.Round(positions * Math.Pow(factor, step / 4.0))).First(length => length >= _length);
            return Math.Pow(theta * Math.Pow((factor * longest / positions) - factor + 1, Width / (Width - 2.0)), -2.0 * i / Width);
        }
        if (Kind == "yarn")
        {
            // The pair whose wave fits n times into the original context has the frequency 2πn / context.
            double Pair(string turns) => Width / 2.0 * Math.Log((double)scaling["original_max_position_embeddings"]! / (2 * Math.PI * (double)scaling[turns]!), theta);
            var (from, to) = (Math.Max(0, Math.Floor(Pair("beta_fast"))), Math.Min(Width - 1, Math.Ceiling(Pair("beta_slow"))));
            var stretched = i <= from ? 0 : i >= to ? 1 : (i - from) / (to - from);
            return (stretched * frequency / factor) + ((1 - stretched) * frequency);
        }
        if ((string)scaling["rope_type"]! == "linear") return frequency / factor;
        var (low, high) = ((double)scaling["low_freq_factor"]!, (double)scaling["high_freq_factor"]!);
        var context = (double)scaling["original_max_position_embeddings"]!;
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength > context / low) return frequency / factor;
        if (wavelength < context / high) return frequency;
        var smooth = ((context / wavelength) - low) / (high - low);
        return ((1 - smooth) * frequency / factor) + (smooth * frequency);
    }

    private double[] FeedForward(double[] input, string path)
    {
        var gate = Multiply(input, $"{path}.gate_proj");
        var up = Multiply(input, $"{path}.up_proj");
        return Multiply([.. gate.Select((value, i) => value / (1 + Math.Exp(-value)) * up[i])], $"{path}.down_proj");
    }

    private double[] Multiply(double[] input, string name)
    {
        var (shape, weights) = checkpoint.Tensors[$"{name}.weight"];
        var output = new double[shape[0]];
        for (var n = 0; n < output.Length; n++)
        {
            for (var k = 0; k < input.Length; k++) output[n] += weights[(n * shape[1]) + k] * input[k];
            if (checkpoint.Tensors.TryGetValue($"{name}.bias", out var bias)) output[n] += bias.Values[n];
        }
        return output;
    }

    private double[] Normalize(double[] row, string name)
    {
        var scale = 1 / Math.Sqrt((row.Sum(value => value * value) / row.Length) + _epsilon);
        var weights = checkpoint.Tensors[name].Values;
        return [.. row.Select((value, i) => value * scale * weights[i])];
    }

    private double[] Row(string name, int index)
    {
        var (shape, values) = checkpoint.Tensors[name];
        return [.. values.Skip(index * shape[1]).Take(shape[1]).Select(value => (double)value)];
    }

    private static void AddTo(double[][] stream, double[][] update)
    {
        for (var row = 0; row < stream.Length; row++)
        {
            for (var i = 0; i < stream[row].Length; i++) stream[row][i] += update[row][i];
        }
    }
}
