namespace Ingot.Testing.OnnxModels;

/// <summary>Random weights of a test model, scaled so that activations keep their size from layer to layer.</summary>
internal sealed class TestWeights(TestDecoderOptions options, TestGraphWriter graph)
{
    private readonly TestRandom _random = new(options.Seed);

    /// <summary>A product of <paramref name="input"/> with a new matrix, in the model's precision.</summary>
    public string MatMul(string basename, string input, int outputs, int inputs, string? output = null)
    {
        var weight = basename[1..].Replace('/', '.');
        if (options.Outliers is { } outliers)
            return outliers.MatMul(this, basename, input, outputs, inputs, output);
        if (!options.IsQuantized)
        {
            graph.Floats($"{weight}.weight", [inputs, outputs], Floats((long)inputs * outputs, Scale(inputs)));
            return graph.Node("MatMul", basename, [input, $"{weight}.weight"], [output ?? $"{basename}/output_0"]);
        }

        var name = $"{basename}NBits";
        string[] operands = [input, .. Quantized($"{weight}.qweight", $"{weight}.scales", $"{weight}.qzeros", outputs, inputs)];
        return NBits(name, operands, outputs, inputs, output);
    }

    public string NBits(string name, string[] operands, int outputs, int inputs, string? output) =>
        graph.Node("MatMulNBits", name, operands, [output ?? $"{name}/output_0"], TestGraphWriter.Microsoft,
            ("accuracy_level", options.AccuracyLevel), ("bits", options.Bits), ("block_size", options.BlockSize), ("K", inputs), ("N", outputs));

    /// <summary>Codes, scales and maybe zero points of a new matrix; their names.</summary>
    public string[] Quantized(string codes, string scales, string zeroPoints, int outputs, int inputs)
    {
        var blocks = (inputs + options.BlockSize - 1) / options.BlockSize;
        var blob = options.BlockSize * options.Bits / 8;
        var bytes = new byte[outputs * blocks * blob];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)_random.Below(256);
        // Codes spread evenly have a deviation of about 0.29 times their range.
        var step = 1 / (0.29f * (1 << options.Bits) * MathF.Sqrt(inputs));
        var steps = new float[outputs * blocks];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = step * (1 + (0.5f * _random.Symmetric()));
        graph.Bytes(codes, [outputs, blocks, blob], bytes);
        graph.Floats(scales, [outputs, blocks], steps);
        if (!options.HasZeroPoints)
            return [codes, scales];

        var width = ((blocks * options.Bits) + 7) / 8;
        var points = new byte[outputs * width];
        for (var i = 0; i < points.Length; i++)
            points[i] = options.Bits == 8 ? (byte)(118 + _random.Below(21)) : (byte)(6 + _random.Below(5) + ((6 + _random.Below(5)) << 4));
        graph.Bytes(zeroPoints, [outputs, width], points);
        return [codes, scales, zeroPoints];
    }

    /// <summary>A product with weights as they are given, [outputs, inputs], brought to the model's precision.</summary>
    public string Given(string basename, string input, int outputs, int inputs, float[] given, string? output)
    {
        var weight = basename[1..].Replace('/', '.');
        var blocks = (inputs + options.BlockSize - 1) / options.BlockSize;
        var (middle, steps) = (1 << (options.Bits - 1), new float[outputs * blocks]);
        var bytes = new byte[outputs * blocks * (options.BlockSize * options.Bits / 8)];
        for (var n = 0; n < outputs; n++)
        {
            for (var block = 0; block < blocks; block++)
            {
                var part = given.AsSpan((n * inputs) + (block * options.BlockSize), options.BlockSize);
                var step = steps[(n * blocks) + block] = (float)(Half)(Math.Max(part.ToArray().Max(), -part.ToArray().Min()) / (middle - 0.5f));
                for (var i = 0; i < part.Length; i++)
                {
                    var code = Math.Clamp((int)MathF.Round(part[i] / step), -middle, middle - 1);
                    part[i] = code * step;
                    var at = (((n * blocks) + block) * options.BlockSize) + i;
                    if (options.Bits == 8)
                        bytes[at] = (byte)(code + middle);
                    else
                        bytes[at / 2] |= (byte)((code + middle) << (at % 2 * 4));
                }
            }
        }

        if (!options.Dequantized)
        {
            graph.Bytes($"{weight}.qweight", [outputs, blocks, options.BlockSize * options.Bits / 8], bytes);
            graph.Floats($"{weight}.scales", [outputs, blocks], steps);
            return NBits($"{basename}NBits", [input, $"{weight}.qweight", $"{weight}.scales"], outputs, inputs, output);
        }

        var turned = new float[given.Length];
        for (var i = 0; i < given.Length; i++)
            turned[(i % inputs * outputs) + (i / inputs)] = given[i];
        graph.Floats($"{weight}.weight", [inputs, outputs], turned);
        return graph.Node("MatMul", basename, [input, $"{weight}.weight"], [output ?? $"{basename}/output_0"]);
    }

    /// <summary>Bell-shaped.</summary>
    public float Normal()
    {
        var sum = 0f;
        for (var i = 0; i < 12; i++)
            sum += _random.Symmetric();
        return sum / 2;
    }

    public string Bias(string name, string input, int count, string? output = null)
    {
        graph.Floats($"{name[1..].Replace('/', '.')}.bias", [count], Floats(count, 0.3f));
        return graph.Node("Add", name, [input, $"{name[1..].Replace('/', '.')}.bias"], [output ?? $"{name}/output_0"]);
    }

    /// <summary>Weights of a norm: near 1.</summary>
    public float[] Norm(int count)
    {
        var norm = Array.ConvertAll(Floats(count, 0.3f), v => 1 + v);
        options.Outliers?.PlantInNorm(norm);
        return norm;
    }

    public float[] Floats(long count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = _random.Symmetric() * scale;
        return values;
    }

    public static float Scale(int inputs) => 1.7f / MathF.Sqrt(inputs);
}
