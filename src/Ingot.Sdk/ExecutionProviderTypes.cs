namespace Microsoft.AI.Foundry.Local;

/// <summary>Something that computes models.</summary>
public record EpInfo
{
    /// <summary>Its name, such as <c>CPUExecutionProvider</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it can be used.</summary>
    public required bool IsRegistered { get; init; }
}

/// <summary>What became of a wish for execution providers.</summary>
public record EpDownloadResult
{
    /// <summary>Whether all that were asked for can be used.</summary>
    public required bool Success { get; init; }

    /// <summary>In words.</summary>
    public required string Status { get; init; }

    /// <summary>Those asked for that can be used.</summary>
    public required string[] RegisteredEps { get; init; }

    /// <summary>Those asked for that cannot.</summary>
    public required string[] FailedEps { get; init; }
}
