using Ingot.Compute.Machine;
using Ingot.Compute.Onnx.Inspection;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>How ONNX Runtime is to run a folder's graph: what was asked for here, then what the folder says.</summary>
internal static class SessionSettings
{
    // Computes constants while the graph is loaded; what it takes for that has no limit, as what a run takes has.
    private const string Folding = "ConstantFolding";
    private const string LeftOutSteps = "optimization.disable_specified_optimizers";

    // For a run: activations, logits, and what the library claims ahead. Weights may be there as they are, as fp32 and packed.
    private const long RunBytes = 1L << 30;
    private const int Copies = 6;

    /// <summary>The most memory that a sound model of this size could ask for, and no more than there is.</summary>
    /// <param name="weightBytes">Bytes of its files.</param>
    /// <param name="heads">Heads of attention.</param>
    /// <param name="tokens">Tokens of a run, each of which has a score in each head</param>
    /// <param name="total">for so many.</param>
    public static long MostMemory(long weightBytes, int heads, long tokens, long total) =>
        (long)Int128.Min(Math.Max(RunBytes, MachineMemory.FreeBytes()), RunBytes + (Copies * (weightBytes + ((Int128)heads * tokens * total * sizeof(float)))));

    public static OrtSessionSettings Of(SessionConfig config, EngineOptions options, ExecutionTarget? target, GraphFacts facts)
    {
        // Threads of its own would otherwise spin on for a while after each step, beside those that choose tokens.
        Dictionary<string, string> entries = new(StringComparer.Ordinal) { ["session.force_spinning_stop"] = "1" };
        foreach ((string key, string value) in config.Entries)
            entries[key] = value;
        if (facts.HasUntoldConstants)
            entries[LeftOutSteps] = entries.TryGetValue(LeftOutSteps, out string? more) ? $"{more};{Folding}" : Folding;
        Dictionary<string, string> provider = new(StringComparer.Ordinal);
        foreach ((string key, string value) in OptionsOf(config, target).Concat(target?.Options ?? new Dictionary<string, string>()))
            provider[key] = value;
        return new OrtSessionSettings
        {
            // Where nobody says, the library takes all cores, however little of their time there is.
            ThreadCount = options.ThreadCount > 0 ? options.ThreadCount : config.ThreadCount ?? (MachineCores.IsLimited ? MachineCores.Count : 0),
            OperatorThreadCount = config.OperatorThreadCount ?? 0,
            Optimization = config.Optimization switch
            {
                "none" => OrtOptimization.None,
                "basic" => OrtOptimization.Basic,
                "extended" => OrtOptimization.Extended,
                _ => OrtOptimization.All,
            },
            // Steps are of ever new shapes, and this provider cannot do with a plan at all.
            MemoryPattern = config.MemoryPattern && target?.Name is not "dml",
            MemoryArena = config.MemoryArena,
            ConfigEntries = entries,
            Provider = target?.LibraryName,
            ProviderOptions = provider,
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> OptionsOf(SessionConfig config, ExecutionTarget? target) =>
        config.Providers.FirstOrDefault(provider => target is not null && provider.Name.Equals(target.Name, StringComparison.OrdinalIgnoreCase))?.Options
        ?? new Dictionary<string, string>();
}
