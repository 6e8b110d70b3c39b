using Ingot.Engine.Acceleration;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Running;

/// <summary>What is to compute a model.</summary>
public sealed record RuntimeOptions
{
    /// <summary>Which runner. Default <see cref="RunnerPreference.Auto"/>.</summary>
    public RunnerPreference Runner { get; init; }

    /// <summary>The execution provider; null (default) is the CPU.</summary>
    public ExecutionTarget? Target { get; init; }

    /// <summary>Whether the CPU computes where <see cref="Target"/> cannot. Default false: the load fails.</summary>
    public bool FallBackToCpu { get; init; }

    /// <summary>Said before the reason of the choice, and before the refusal of a model that nobody here runs: whole sentences. Empty (default) for nothing.</summary>
    public string Preface { get; init; } = "";

    /// <summary>ONNX Runtime, looked for when it is first needed; null (default) where it is not to be used.</summary>
    public Lazy<OnnxRuntimeSearch>? Library { get; init; }

    /// <summary>Whether steps of many tokens of Ingot's own executor may be handed to the library's integer products. Default <see cref="AccelerationPreference.Never"/>.</summary>
    public AccelerationPreference Acceleration { get; init; }

    /// <summary>Bytes that the copies of the weights may take for that, 0 or more; null (default): as much as the cache leaves of the free memory.</summary>
    public long? AccelerationBytes { get; init; }

    /// <summary>Whether the processor has units for that; tests and benchmarks say so of any processor.</summary>
    internal AmxSupport Amx { get; init; } = AmxSupport.OfThisMachine;

    /// <summary>Looks for ONNX Runtime; where it is not to be used, that is why there is none.</summary>
    internal OnnxRuntimeSearch Search() => Library?.Value ?? OnnxRuntimeSearch.Absent("ONNX Runtime is not to be used here.");
}

/// <summary>Which of the runners computes a model.</summary>
public enum RunnerPreference
{
    /// <summary>Ingot's own where it covers the graph and the CPU computes, else ONNX Runtime.</summary>
    Auto,

    /// <summary>Ingot's own.</summary>
    Ingot,

    /// <summary>ONNX Runtime.</summary>
    OnnxRuntime,
}

/// <summary>An execution provider of ONNX Runtime's.</summary>
/// <param name="Name">Its short name: "cuda".</param>
/// <param name="LibraryName">What the library calls it in options: "CUDA".</param>
/// <param name="Options">What it is told, such as the device's number; a folder's own settings go before these.</param>
public sealed record ExecutionTarget(string Name, string LibraryName, IReadOnlyDictionary<string, string> Options);

/// <summary>What computes a loaded model, and why.</summary>
/// <param name="Runner">"ingot" or "onnxruntime".</param>
/// <param name="Provider">The execution provider's short name: "cpu".</param>
/// <param name="Reason">One sentence.</param>
public sealed record RunnerFacts(string Runner, string Provider, string Reason)
{
    /// <summary>Whether steps of many tokens are accelerated; null where that is not asked: not Ingot's own executor, or not a model that generates.</summary>
    public AccelerationFacts? Acceleration { get; init; }

    /// <summary>Ingot's own executor.</summary>
    public const string Ingot = "ingot";

    /// <summary>ONNX Runtime.</summary>
    public const string OnnxRuntime = "onnxruntime";

    /// <summary>The processor.</summary>
    public const string Cpu = "cpu";

    /// <summary>What a runner made elsewhere is.</summary>
    public static RunnerFacts Given { get; } = new(Ingot, Cpu, "It was given.");
}
