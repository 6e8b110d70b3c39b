using Ingot.Engine;
using Ingot.Engine.Running;
using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>A model that is in memory, on its way there or on its way out, at one moment.</summary>
public sealed record LoadedModelState
{
    /// <summary>The catalog's description.</summary>
    public required ModelEntry Entry { get; init; }

    /// <summary>Where it stands.</summary>
    public required ModelState State { get; init; }

    /// <summary>Bytes of its weights and its key-value cache: estimated while it is loading (0 when its files cannot be read), counted from then on.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Requests that use it or wait for it.</summary>
    public int ActiveRequests { get; init; }

    /// <summary>Since when it is loaded; null while it is loading.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>When it was last used; now, while requests use it.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When it leaves memory unless it is used until then (while requests use it: if all ended now); null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether only a command takes it out of memory.</summary>
    public bool Pinned { get; init; }

    /// <summary>What computes it: a name of <see cref="ExecutionProviders"/>.</summary>
    public required string ExecutionProvider { get; init; }

    /// <summary>Which runner computes it, and why; null while it is being loaded.</summary>
    public RunnerFacts? Runner { get; init; }

    /// <summary>What its engine has done and is doing; null while it is loading, and for a model that makes vectors.</summary>
    public EngineStatistics? Statistics { get; init; }
}

/// <summary>Where a model stands between disk and memory.</summary>
public enum ModelState
{
    /// <summary>It is being read; requests for it wait.</summary>
    Loading,

    /// <summary>It is in memory.</summary>
    Loaded,

    /// <summary>It leaves memory as soon as the requests that use it have ended; new ones wait and load it again.</summary>
    Unloading,
}
