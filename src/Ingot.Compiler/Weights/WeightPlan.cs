using Ingot.Compiler.Configs;
using Ingot.Errors;

namespace Ingot.Compiler.Weights;

/// <summary>What can be said of all planned tensors together before any is written.</summary>
internal static class WeightPlan
{
    /// <summary>
    /// Requires every tensor the plan reads, in its shape, and refuses tensors nothing reads: they mean that the
    /// checkpoint computes something its configuration does not tell.
    /// </summary>
    public static void Check(IReadOnlyList<PlannedTensor> plan, IWeightSource weights, DecoderConfig config)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in plan)
        {
            if (tensor.Source is not { } source) continue;
            weights.Require(source.Name, source.Shape);
            used.Add(source.Name);
        }
        var stray = weights.Names.Where(name => !used.Contains(name) && !IsNeedless(name, config)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (stray is not null)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The weights have a tensor '{stray}', which {config.Architecture} with this config.json does not use.");
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

    // Buffers that old checkpoints carry and every reader computes, and the head of a model that says it has none.
    private static bool IsNeedless(string name, DecoderConfig config) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || (config.TiedEmbeddings && name == "lm_head.weight");
}
