using Ingot.Models.Azure;

namespace Ingot.Models.Download;

/// <summary>From where and how models are fetched.</summary>
public sealed record DownloadOptions
{
    /// <summary>The public Hugging Face hub.</summary>
    public static readonly Uri PublicHub = new("https://huggingface.co");

    /// <summary>The hub that <c>hf:</c> names are resolved at; default <see cref="PublicHub"/>.</summary>
    public Uri HubEndpoint { get; init; } = PublicHub;

    /// <summary>The access token for the hub, sent to the hub's own address only; null (default) means none.</summary>
    public HubToken? HubToken { get; init; }

    /// <summary>Whether the network must not be touched. Default false.</summary>
    public bool Offline { get; init; }

    /// <summary>Requests under way at the same time for one model, 1 to 64. Default 8.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Foundry Local's own catalog and registry; default Microsoft's public ones.</summary>
    public AzureOptions Azure { get; init; } = new();

    /// <summary>The unit in which progress is remembered and verified; also what a kill can cost per connection.</summary>
    internal int SegmentBytes { get; init; } = 4 << 20;

    /// <summary>How much one request asks for at most, in segments.</summary>
    internal int SegmentsPerRequest { get; init; } = 16;

    /// <summary>How often something is tried again without any progress in between.</summary>
    internal int MaxRetries { get; init; } = 6;

    /// <summary>The wait before the first retry; doubled for each further one.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may be silent.</summary>
    internal TimeSpan StallTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a wait for another process's download looks again.</summary>
    internal TimeSpan LockPollTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Free bytes where a folder is; null when unknown.</summary>
    internal Func<string, long?> FreeBytes { get; init; } = DiskSpace.FreeBytes;

    /// <summary>The clock that waits go by.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;
}
