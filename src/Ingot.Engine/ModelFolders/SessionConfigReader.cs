namespace Ingot.Engine.ModelFolders;

/// <summary>
/// Reads <c>session_options</c>. A model folder is not trusted: settings that make ONNX Runtime read or write files of their choice, or load
/// libraries, are left out and told.
/// </summary>
internal static class SessionConfigReader
{
    private const int MostThreads = 1024;

    // Of what the file may hold: what is read below, and what concerns logs alone.
    private static readonly HashSet<string> ReadHere = new(StringComparer.Ordinal)
    {
        "intra_op_num_threads", "inter_op_num_threads", "graph_optimization_level", "enable_mem_pattern", "enable_cpu_mem_arena",
        "log_id", "log_severity_level", "log_verbosity_level", "enable_profiling",
    };

    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "session.intra_op.allow_spinning", "session.inter_op.allow_spinning", "session.force_spinning_stop", "session.dynamic_block_base",
        "session.disable_prepacking", "session.set_denormal_as_zero", "session.use_device_allocator_for_initializers",
        "session.disable_cpu_ep_fallback", "session.disable_quant_qdq", "session.enable_quant_qdq_cleanup", "session.qdq_matmulnbits_accuracy_level",
        "optimization.enable_gelu_approximation", "optimization.disable_specified_optimizers",
    };

    // Words in the names of options whose values are files, folders or libraries.
    private static readonly string[] Files = ["path", "dir", "file", "lib", "plugin", "cache", "dump", "profil", "context"];

    public static SessionConfig Read(JsonFields options)
    {
        List<string> leftOut = [];
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        foreach ((string key, string value) in options.Scalars())
        {
            if (Harmless.Contains(key))
                entries[key] = value;
            else if (!ReadHere.Contains(key))
                leftOut.Add(key);
        }
        string level = options.Text("graph_optimization_level", "");
        List<ProviderConfig> providers = [.. options.NamedObjectsInList("provider_options").Select(provider => ReadProvider(provider.Name, provider.Fields, leftOut))];
        return new SessionConfig
        {
            ThreadCount = options.OptionalPositiveInteger("intra_op_num_threads", MostThreads),
            OperatorThreadCount = options.OptionalPositiveInteger("inter_op_num_threads", MostThreads),
            Optimization = level switch
            {
                "ORT_DISABLE_ALL" => "none",
                "ORT_ENABLE_BASIC" => "basic",
                "ORT_ENABLE_EXTENDED" => "extended",
                "ORT_ENABLE_LAYOUT" or "ORT_ENABLE_ALL" => "all",
                _ => null,
            },
            MemoryPattern = options.Boolean("enable_mem_pattern", true),
            MemoryArena = options.Boolean("enable_cpu_mem_arena", true),
            Entries = entries,
            Providers = providers,
            LeftOut = leftOut,
        };
    }

    private static ProviderConfig ReadProvider(string name, JsonFields fields, List<string> leftOut)
    {
        Dictionary<string, string> kept = new(StringComparer.Ordinal);
        foreach ((string key, string value) in fields.Scalars())
        {
            // The one library that models have to name: a bare file name is looked for beside ONNX Runtime, not in the model's folder.
            bool isBareBackend = key is "backend_path" && !value.AsSpan().ContainsAny('/', '\\', ':');
            if (isBareBackend || !Array.Exists(Files, word => key.Contains(word, StringComparison.OrdinalIgnoreCase)))
                kept[key] = value;
            else
                leftOut.Add($"{name}.{key}");
        }
        return new ProviderConfig(name, kept);
    }
}
