using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>How ONNX Runtime is to run a folder's graph: what was asked for here, then what the folder says.</summary>
internal static class SessionSettings
{
    public static OrtSessionSettings Of(SessionConfig config, EngineOptions options, ExecutionTarget? target)
    {
        // Threads of its own would otherwise spin on for a while after each step, beside those that choose tokens.
        Dictionary<string, string> entries = new(StringComparer.Ordinal) { ["session.force_spinning_stop"] = "1" };
        foreach ((string key, string value) in config.Entries)
            entries[key] = value;
        Dictionary<string, string> provider = new(StringComparer.Ordinal);
        foreach ((string key, string value) in OptionsOf(config, target).Concat(target?.Options ?? new Dictionary<string, string>()))
            provider[key] = value;
        return new OrtSessionSettings
        {
            ThreadCount = options.ThreadCount > 0 ? options.ThreadCount : config.ThreadCount ?? 0,
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
