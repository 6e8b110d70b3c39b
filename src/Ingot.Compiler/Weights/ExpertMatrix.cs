using Ingot.Compiler.Configs;

namespace Ingot.Compiler.Weights;

/// <summary>One matrix of every expert, as its rows lie in a checkpoint.</summary>
internal sealed record ExpertMatrix
{
    public required int Experts { get; init; }

    /// <summary>Outputs of an expert.</summary>
    public required int Rows { get; init; }

    /// <summary>Inputs.</summary>
    public required int Columns { get; init; }

    /// <summary>The checkpoint's tensors with their shapes.</summary>
    public required IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> Sources { get; init; }

    /// <summary>Whether a tensor has [inputs, outputs] for each expert; else rows lie one after the other.</summary>
    public bool IsByInputs { get; init; }

    /// <summary>Tensors whose rows take turns: gates and ups.</summary>
    private int Turns { get; init; } = 1;

    /// <summary>Where a row begins; of matrices by inputs, where the expert begins.</summary>
    public (string Name, long First) At(int expert, int row)
    {
        if (Sources.Count == 1)
            return (Sources[0].Name, (((long)expert * Rows) + (IsByInputs ? 0 : row)) * Columns);
        return (Sources[(expert * Turns) + (row % Turns)].Name, (long)(row / Turns) * Columns);
    }

    /// <summary>Gates and ups of a layer, by turns.</summary>
    public static ExpertMatrix GatesAndUps(ExpertsConfig config, string layer, int hidden) => config.Layout switch
    {
        ExpertsLayout.Numbered => Single(config, hidden, expert => [$"{layer}.block_sparse_moe.experts.{expert}.w1.weight", $"{layer}.block_sparse_moe.experts.{expert}.w3.weight"]),
        ExpertsLayout.Named => Single(config, hidden, expert => [$"{layer}.mlp.experts.{expert}.gate_proj.weight", $"{layer}.mlp.experts.{expert}.up_proj.weight"]),
        _ => Stacked(config, $"{layer}.mlp.experts.gate_up_proj", 2 * config.InnerSize, hidden),
    };

    /// <summary>The way back to the stream.</summary>
    public static ExpertMatrix Downs(ExpertsConfig config, string layer, int hidden) => config.Layout switch
    {
        ExpertsLayout.Numbered => Down(config, hidden, expert => $"{layer}.block_sparse_moe.experts.{expert}.w2.weight"),
        ExpertsLayout.Named => Down(config, hidden, expert => $"{layer}.mlp.experts.{expert}.down_proj.weight"),
        _ => Stacked(config, $"{layer}.mlp.experts.down_proj", hidden, config.InnerSize),
    };

    private static ExpertMatrix Single(ExpertsConfig config, int hidden, Func<int, string[]> names) => new()
    {
        Experts = config.Count,
        Rows = 2 * config.InnerSize,
        Columns = hidden,
        Turns = 2,
        Sources = [.. Enumerable.Range(0, config.Count).SelectMany(names).Select(name => (name, (IReadOnlyList<long>)[config.InnerSize, hidden]))],
    };

    // A lone expert's tensor is found by the same rule as many: as one whose rows do not take turns.
    private static ExpertMatrix Down(ExpertsConfig config, int hidden, Func<int, string> name) => new()
    {
        Experts = config.Count,
        Rows = hidden,
        Columns = config.InnerSize,
        Sources = [.. Enumerable.Range(0, config.Count).Select(expert => (name(expert), (IReadOnlyList<long>)[hidden, config.InnerSize]))],
    };

    private static ExpertMatrix Stacked(ExpertsConfig config, string name, int rows, int columns)
    {
        var isByInputs = config.Layout == ExpertsLayout.StackedByInputs;
        return new ExpertMatrix
        {
            Experts = config.Count,
            Rows = rows,
            Columns = columns,
            IsByInputs = isByInputs,
            Sources = [(name, isByInputs ? [config.Count, columns, rows] : [config.Count, rows, columns])],
        };
    }
}
