using Ingot.Compiler.Tests.Support;

namespace Ingot.Compiler.Tests.Agreement;

/// <summary>A mixture of experts in double precision with plain loops, one expert after the other, straight from the checkpoint's tensors.</summary>
internal sealed class ReferenceExperts(Checkpoint checkpoint, Func<double[], string, double[]> multiply)
{
    private const double Alpha = 1.702;

    private string Architecture => (string)checkpoint.Config["architectures"]![0]!;

    /// <summary>What a layer adds to a row; null where it has no experts.</summary>
    public double[]? Mix(double[] input, string layer) => Architecture switch
    {
        "MixtralForCausalLM" => Mix(input, $"{layer}.block_sparse_moe.gate", true, (expert, row) => Gated(row, $"{layer}.block_sparse_moe.experts.{expert}", "w1", "w3", "w2")),
        "GptOssForCausalLM" => Mix(input, $"{layer}.mlp.router", true, (expert, row) => Stacked(row, $"{layer}.mlp.experts", expert)),
        _ when !checkpoint.Tensors.ContainsKey($"{layer}.mlp.gate.weight") => null,
        _ => WithShared(input, $"{layer}.mlp", Mix(input, $"{layer}.mlp.gate", (bool?)checkpoint.Config["norm_topk_prob"] ?? false,
            (expert, row) => Gated(row, $"{layer}.mlp.experts.{expert}", "gate_proj", "up_proj", "down_proj"))),
    };

    private double[] Mix(double[] input, string router, bool normalizes, Func<int, double[], double[]> expert)
    {
        var powers = multiply(input, router).Select(Math.Exp).ToArray();
        var chosen = Enumerable.Range(0, powers.Length).OrderByDescending(i => powers[i]).Take(checkpoint.Number("num_experts_per_tok")).ToArray();
        var total = normalizes ? chosen.Sum(i => powers[i]) : powers.Sum();
        var output = new double[input.Length];
        foreach (var i in chosen) Add(output, expert(i, input), powers[i] / total);
        return output;
    }

    private double[] WithShared(double[] input, string path, double[] output)
    {
        if (!checkpoint.Tensors.ContainsKey($"{path}.shared_expert_gate.weight")) return output;
        Add(output, Gated(input, $"{path}.shared_expert", "gate_proj", "up_proj", "down_proj"), 1 / (1 + Math.Exp(-multiply(input, $"{path}.shared_expert_gate")[0])));
        return output;
    }

    private double[] Gated(double[] input, string path, string gate, string up, string down)
    {
        var ups = multiply(input, $"{path}.{up}");
        return multiply([.. multiply(input, $"{path}.{gate}").Select((value, i) => value / (1 + Math.Exp(-value)) * ups[i])], $"{path}.{down}");
    }

    private double[] Stacked(double[] input, string path, int expert)
    {
        var both = ByInputs(input, $"{path}.gate_up_proj", expert);
        var limit = (double)checkpoint.Config["swiglu_limit"]!;
        var inner = new double[both.Length / 2];
        for (var i = 0; i < inner.Length; i++)
        {
            var (gate, up) = (Math.Min(both[2 * i], limit), Math.Clamp(both[(2 * i) + 1], -limit, limit));
            inner[i] = gate / (1 + Math.Exp(-Alpha * gate)) * (up + 1);
        }
        return ByInputs(inner, $"{path}.down_proj", expert);
    }

    private double[] ByInputs(double[] input, string name, int expert)
    {
        var (shape, weights) = checkpoint.Tensors[name];
        var output = new double[shape[2]];
        for (var n = 0; n < output.Length; n++)
        {
            output[n] = checkpoint.Tensors[$"{name}_bias"].Values[(expert * output.Length) + n];
            for (var k = 0; k < input.Length; k++) output[n] += input[k] * weights[(((expert * input.Length) + k) * output.Length) + n];
        }
        return output;
    }

    private static void Add(double[] sum, double[] row, double factor)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += row[i] * factor;
    }
}
