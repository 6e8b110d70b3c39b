namespace Ingot.OnnxRuntime;

/// <summary>How a graph is to be run.</summary>
public sealed record OrtSessionSettings
{
    /// <summary>Threads of one operator; 0 (default) lets the library choose.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Threads for operators beside each other; 0 (default) lets the library choose.</summary>
    public int OperatorThreadCount { get; init; }

    /// <summary>How much the graph may be rewritten. Default <see cref="OrtOptimization.All"/>.</summary>
    public OrtOptimization Optimization { get; init; } = OrtOptimization.All;

    /// <summary>The execution provider beside the CPU, as the library calls it in options ("CUDA", "OpenVINO"); null (default) for the CPU alone.</summary>
    public string? Provider { get; init; }

    /// <summary>What that provider is told. Default nothing.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>What the session is told by key and text ("session.disable_prepacking" = "1"). Default nothing.</summary>
    public IReadOnlyDictionary<string, string> ConfigEntries { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the library keeps memory it has used for the next run. Default true.</summary>
    public bool MemoryArena { get; init; } = true;

    /// <summary>
    /// The most bytes of the processor's memory that the session may claim, for what it makes of weights and what runs compute; beyond that a load
    /// or run fails. Null (default) for no limit. Needs <see cref="MemoryArena"/>.
    /// </summary>
    public long? MostMemoryBytes { get; init; }

    /// <summary>Whether the library plans memory by the first run of a shape. Default true.</summary>
    public bool MemoryPattern { get; init; } = true;
}

/// <summary>How much of a graph may be rewritten; the numbers are the library's.</summary>
public enum OrtOptimization
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What holds on every provider.</summary>
    Basic = 1,

    /// <summary>Operators put together too.</summary>
    Extended = 2,

    /// <summary>Everything.</summary>
    All = 99,
}
