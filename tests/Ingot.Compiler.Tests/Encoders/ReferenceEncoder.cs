namespace Ingot.Compiler.Tests.Encoders;

/// <summary>
/// The forward pass of a BERT-like encoder in double precision with plain loops, straight from the checkpoint's tensors:
/// no graph, no kernels. What everything faster is held against.
/// </summary>
internal sealed class ReferenceEncoder(EncoderCheckpoint checkpoint)
{
    // The least distance of each bucket beyond those of one distance each.
    private static readonly int[] FarBuckets = [8, 12, 16, 23, 32, 46, 64, 91];

    private readonly int _heads = checkpoint.Number("num_attention_heads");
    private readonly int _headSize = checkpoint.Number("hidden_size") / checkpoint.Number("num_attention_heads");
    private readonly double _epsilon = (double)checkpoint.Config["layer_norm_eps"]!;

    /// <summary>The last layer's row of each token.</summary>
    public double[][] Run(IReadOnlyList<int> tokens)
    {
        var stream = tokens.Select(Embed).ToArray();
        for (var layer = 0; layer < checkpoint.Number("num_hidden_layers"); layer++)
        {
            var path = $"encoder.layer.{layer}";
            var norm = checkpoint.IsMPNet ? $"{path}.attention.LayerNorm" : $"{path}.attention.output.LayerNorm";
            stream = Join(stream, Attend(stream, $"{path}.attention"), norm);
            stream = Join(stream, [.. stream.Select(row => FeedForward(row, path))], $"{path}.output.LayerNorm");
        }
        return stream;
    }

    private double[] Embed(int token, int position)
    {
        var sum = Row("embeddings.word_embeddings.weight", token);
        Add(sum, Row("embeddings.position_embeddings.weight", checkpoint.FirstPosition + position));
        if (checkpoint.Has("embeddings.token_type_embeddings.weight")) Add(sum, Row("embeddings.token_type_embeddings.weight", 0));
        return Normalize(sum, "embeddings.LayerNorm");
    }

    private double[][] Attend(double[][] inputs, string path)
    {
        string[] names = checkpoint.IsMPNet ? ["attn.q", "attn.k", "attn.v", "attn.o"] : ["self.query", "self.key", "self.value", "output.dense"];
        var queries = inputs.Select(row => Multiply(row, $"{path}.{names[0]}")).ToArray();
        var keys = inputs.Select(row => Multiply(row, $"{path}.{names[1]}")).ToArray();
        var values = inputs.Select(row => Multiply(row, $"{path}.{names[2]}")).ToArray();
        var outputs = new double[inputs.Length][];
        for (var position = 0; position < inputs.Length; position++)
        {
            var mixed = new double[_heads * _headSize];
            for (var head = 0; head < _heads; head++)
            {
                var weights = new double[inputs.Length];
                for (var other = 0; other < inputs.Length; other++)
                {
                    for (var i = 0; i < _headSize; i++) weights[other] += queries[position][(head * _headSize) + i] * keys[other][(head * _headSize) + i];
                    weights[other] = Math.Exp((weights[other] / Math.Sqrt(_headSize)) + Bias(head, other - position));
                }
                var total = weights.Sum();
                for (var other = 0; other < inputs.Length; other++)
                {
                    for (var i = 0; i < _headSize; i++) mixed[(head * _headSize) + i] += weights[other] / total * values[other][(head * _headSize) + i];
                }
            }
            outputs[position] = Multiply(mixed, $"{path}.{names[3]}");
        }
        return outputs;
    }

    private double Bias(int head, int distance)
    {
        if (!checkpoint.IsMPNet) return 0;
        var length = Math.Abs(distance);
        var bucket = length < 8 ? length : 7 + FarBuckets.Count(least => length >= least);
        return checkpoint.Tensor("encoder.relative_attention_bias.weight").Values[((bucket + (distance > 0 ? 16 : 0)) * _heads) + head];
    }

    private double[] FeedForward(double[] input, string path) =>
        Multiply([.. Multiply(input, $"{path}.intermediate.dense").Select(x => x * (1 + Erf(x / Math.Sqrt(2))) / 2)], $"{path}.output.dense");

    private double[][] Join(double[][] stream, double[][] update, string norm)
    {
        for (var row = 0; row < stream.Length; row++) Add(update[row], stream[row]);
        return [.. update.Select(row => Normalize(row, norm))];
    }

    private double[] Multiply(double[] input, string name)
    {
        var (shape, weights) = checkpoint.Tensor($"{name}.weight");
        var output = checkpoint.Tensor($"{name}.bias").Values.Select(value => (double)value).ToArray();
        for (var n = 0; n < output.Length; n++)
        {
            for (var k = 0; k < input.Length; k++) output[n] += weights[(n * shape[1]) + k] * input[k];
        }
        return output;
    }

    private double[] Normalize(double[] row, string name)
    {
        var mean = row.Average();
        var deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + _epsilon);
        var (weights, biases) = (checkpoint.Tensor($"{name}.weight").Values, checkpoint.Tensor($"{name}.bias").Values);
        return [.. row.Select((value, i) => ((value - mean) / deviation * weights[i]) + biases[i])];
    }

    private double[] Row(string name, int index)
    {
        var (shape, values) = checkpoint.Tensor(name);
        return [.. values.Skip(index * shape[1]).Take(shape[1]).Select(value => (double)value)];
    }

    private static void Add(double[] target, double[] addend)
    {
        for (var i = 0; i < target.Length; i++) target[i] += addend[i];
    }

    // The integral of the bell curve by its power series, which converges everywhere.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5) return Math.Sign(x);
        var (term, sum) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }
}
