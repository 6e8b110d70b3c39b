using Ingot.Compute.Attention;
using Ingot.Compute.Machine;
using Ingot.Errors;

namespace Ingot.Compute;

/// <summary>How a model's computation uses the machine. Fixed when the model is loaded.</summary>
public sealed record ComputeOptions
{
    /// <summary>The most tokens that a step may be set to take.</summary>
    public const int MostStepTokens = 65_536;

    /// <summary>The most threads that may compute a step.</summary>
    public const int MostThreads = 256;

    /// <summary>
    /// Threads that compute one step, the caller's included, 0 to <see cref="MostThreads"/>. 0 (the default): <see cref="MachineCores.Count"/>,
    /// the cores this process may use, and no more than a control group gives it the time of.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>Tokens in one block of the key-value cache. A power of two from 16 to 256; default 16.</summary>
    public int KvBlockSize { get; init; } = 16;

    /// <summary>How keys and values are kept. Default <see cref="KvFormat.Float32"/>.</summary>
    public KvFormat KvFormat { get; init; }

    /// <summary>The most tokens one step takes, over all its sequences; working memory is claimed for that many at load. 1 to 65,536; default 512.</summary>
    public int MaxStepTokens { get; init; } = 512;

    /// <summary>
    /// Whether short trials at load decide what differs between machines: in how many shares work is dealt out to threads (which changes no result), and whether
    /// products that somebody else offers for steps of many rows are faster than the executor's own. Default true: some 2 % of a load that takes 160 milliseconds or more,
    /// and up to half a second where such products are offered. False: the usual shares; what is offered is used.
    /// </summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>Bytes of weights that trials of shares must go through, at the least: what is read again before so much else has been read may still be in a cache.</summary>
    internal long LeastTrialBytes { get; init; } = 32L << 20;

    /// <summary>What trials are timed by.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Throws <see cref="ErrorCode.InvalidValue"/> naming every option out of its range.</summary>
    public void Validate()
    {
        List<string> mistakes = [];
        if (ThreadCount is < 0 or > MostThreads)
            mistakes.Add($"ThreadCount is {ThreadCount}, not 0 to {MostThreads}");
        if (KvBlockSize is < 16 or > 256 || !int.IsPow2(KvBlockSize))
            mistakes.Add($"KvBlockSize is {KvBlockSize}, not a power of two from 16 to 256");
        if (!Enum.IsDefined(KvFormat))
            mistakes.Add($"KvFormat is {KvFormat}, none of {string.Join(", ", Enum.GetNames<KvFormat>())}");
        if (MaxStepTokens is < 1 or > MostStepTokens)
            mistakes.Add($"MaxStepTokens is {MaxStepTokens}, not 1 to {MostStepTokens}");
        if (mistakes.Count > 0)
            throw new IngotException(ErrorCode.InvalidValue, $"Compute options: {string.Join("; ", mistakes)}.");
    }
}
