using Ingot.Errors;

namespace Ingot.Compiler.Weights;

/// <summary>What can be said of all planned tensors together before any is written.</summary>
internal static class WeightPlan
{
    /// <summary>
    /// Requires every tensor the plan reads, in its shape, and refuses tensors nothing reads: they mean that the
    /// checkpoint computes something its configuration does not tell.
    /// </summary>
    /// <param name="plan">The tensors that will be written.</param>
    /// <param name="weights">The checkpoint's.</param>
    /// <param name="isNeedless">Whether one of the checkpoint's may go unused.</param>
    /// <param name="architecture">The checkpoint's class, for the message.</param>
    public static void Check(IReadOnlyList<PlannedTensor> plan, IWeightSource weights, Func<string, bool> isNeedless, string architecture)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in plan.SelectMany(tensor => tensor.Sources))
        {
            weights.Require(source.Name, source.Shape);
            used.Add(source.Name);
        }
        var stray = weights.Names.Where(name => !used.Contains(name) && !isNeedless(name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (stray is not null)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The weights have a tensor '{stray}', which {architecture} with this config.json does not use.");
    }

    /// <summary>Bytes of all tensors, at least 1; OverflowException when no number holds them.</summary>
    public static long CountBytes(IReadOnlyList<PlannedTensor> plan) => plan.Aggregate(0L, (sum, tensor) => checked(sum + tensor.ByteLength));

    /// <summary>Refuses to begin what the disk has no room for.</summary>
    public static void CheckDisk(string folder, long bytes)
    {
        // A network share has no drive to ask.
        if (Path.GetPathRoot(folder) is not { } root || root.StartsWith(@"\\", StringComparison.Ordinal)) return;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (bytes > free)
            throw new IngotException(ErrorCode.InvalidValue, $"The model takes {bytes >> 20} MB, and the disk of the output folder has {free >> 20} MB free.", "output");
    }
}
