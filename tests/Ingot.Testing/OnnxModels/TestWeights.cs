namespace Ingot.Testing.OnnxModels;

/// <summary>Random weights of a test model, scaled so that activations keep their size from layer to layer.</summary>
internal sealed class TestWeights(TestDecoderOptions options, TestGraphWriter graph)
{
    private readonly TestRandom _random = new(options.Seed);

    /// <summary>A product of <paramref name="input"/> with a new matrix, in the model's precision.</summary>
    public string MatMul(string basename, string input, int outputs, int inputs, string? output = null)
    {
        var weight = basename[1..].Replace('/', '.');
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

    public string Bias(string name, string input, int count, string? output = null)
    {
        graph.Floats($"{name[1..].Replace('/', '.')}.bias", [count], Floats(count, 0.3f));
        return graph.Node("Add", name, [input, $"{name[1..].Replace('/', '.')}.bias"], [output ?? $"{name}/output_0"]);
    }

    /// <summary>Weights of a norm: near 1.</summary>
    public float[] Norm(int count) => Array.ConvertAll(Floats(count, 0.3f), v => 1 + v);

    public float[] Floats(long count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = _random.Symmetric() * scale;
        return values;
    }

    public static float Scale(int inputs) => 1.7f / MathF.Sqrt(inputs);
}
