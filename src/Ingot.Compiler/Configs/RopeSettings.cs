namespace Ingot.Compiler.Configs;

/// <summary>How positions turn into rotations.</summary>
internal sealed record RopeSettings
{
    /// <summary>The base of the frequencies.</summary>
    public required double Theta { get; init; }

    /// <summary>How many of a head's first numbers are turned, even; the rest stay as they are.</summary>
    public required int Width { get; init; }

    /// <summary>How the frequencies are stretched for a longer context.</summary>
    public RopeKind Kind { get; init; }

    /// <summary>By how much; 1 where nothing is stretched.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Llama 3: waves that fit fewer times than this into the original context are stretched in full. YaRN: likewise.</summary>
    public double LowTurns { get; init; } = 1;

    /// <summary>Llama 3: waves that fit more often are left alone. YaRN: likewise.</summary>
    public double HighTurns { get; init; } = 1;

    /// <summary>YaRN: whether the pairs between which stretching fades are taken as whole ones, as the paper does.</summary>
    public bool WholePairs { get; init; } = true;

    /// <summary>The context the model was first trained for.</summary>
    public int OriginalContext { get; init; } = 1;

    /// <summary>LongRoPE: by how much each pair's wave is stretched; empty for the other kinds.</summary>
    public IReadOnlyList<double> PairFactors { get; init; } = [];

    /// <summary>The longest sequence these are for; null where they are for all, or for all that are longer than the ones before.</summary>
    public int? LongestSequence { get; init; }

    /// <summary>What turns positions of longer sequences, the shortest of these first; empty where one is for all.</summary>
    public IReadOnlyList<RopeSettings> Longer { get; init; } = [];

    /// <summary>What cosines and sines are multiplied with, so that attention is as sharp over a long context as over a short one.</summary>
    public double Magnitude { get; init; } = 1;
}

/// <summary>The ways of stretching that are computed.</summary>
internal enum RopeKind
{
    /// <summary>None.</summary>
    Plain,

    /// <summary>All frequencies divided by the factor.</summary>
    Linear,

    /// <summary>Low frequencies divided, high ones kept, a passage between that is even in the frequencies.</summary>
    Llama3,

    /// <summary>The same with a passage that is even in the pairs (Peng et al. 2023).</summary>
    Yarn,

    /// <summary>Each pair by a factor of its own (Ding et al. 2024).</summary>
    LongRope,
}
