namespace Ingot.Engine.ModelFolders;

/// <summary>What a folder says of the session that ONNX Runtime is to run its graph in. Ingot's own executor needs none of it.</summary>
public sealed record SessionConfig
{
    /// <summary>Threads of one operator; null where the folder does not say.</summary>
    public int? ThreadCount { get; init; }

    /// <summary>Threads for operators beside each other; null where the folder does not say.</summary>
    public int? OperatorThreadCount { get; init; }

    /// <summary>How much the graph may be rewritten: "none", "basic", "extended" or "all"; null where the folder does not say.</summary>
    public string? Optimization { get; init; }

    /// <summary>Whether memory is planned by the first run of a shape. Default true.</summary>
    public bool MemoryPattern { get; init; } = true;

    /// <summary>Whether memory that was used is kept for the next run. Default true.</summary>
    public bool MemoryArena { get; init; } = true;

    /// <summary>Other settings by key.</summary>
    public IReadOnlyDictionary<string, string> Entries { get; init; } = new Dictionary<string, string>();

    /// <summary>What execution providers are told, by their names as the file has them.</summary>
    public IReadOnlyList<ProviderConfig> Providers { get; init; } = [];

    /// <summary>Settings the file has that are not passed on: they would name files or libraries, or are not known.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}

/// <summary>What an execution provider is told.</summary>
/// <param name="Name">Its name, such as "cuda".</param>
/// <param name="Options">Its options.</param>
public sealed record ProviderConfig(string Name, IReadOnlyDictionary<string, string> Options);
