using Ingot.Engine.Running;

namespace Ingot.Service.Hosting;

/// <summary>How a model is to be loaded, and how long it is to stay. What the last load said holds.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>
    /// How long it stays in memory after its last use; while that time runs, only force unloads it. Zero unloads it at once
    /// after use; <see cref="Timeout.InfiniteTimeSpan"/> lets it stay until it is unloaded or its memory is needed. Null
    /// (default) means the <see cref="IngotOptions.ModelIdleSeconds"/> of the options.
    /// </summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>
    /// Whether neither idleness nor another model's need of memory takes it out: only a command does. Default false; has no
    /// effect beside a <see cref="TimeToLive"/>.
    /// </summary>
    public bool Pinned { get; init; }

    /// <summary>What computes it, in any spelling <see cref="ExecutionProviders"/> reads; null (default) means what the model was made for, if it is here, else the processor.</summary>
    public string? ExecutionProvider { get; init; }

    /// <summary>Which runner computes it; null (default) means the <see cref="IngotOptions.Runner"/> of the options.</summary>
    public RunnerPreference? Runner { get; init; }
}
