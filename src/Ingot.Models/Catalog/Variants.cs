namespace Ingot.Models.Catalog;

/// <summary>Orders the variants of models and picks the one a name means.</summary>
internal static class Variants
{
    /// <summary>One entry an id. The first source's description wins; a later one may still say where the files are.</summary>
    internal static IReadOnlyList<ModelEntry> Merge(IEnumerable<ModelEntry> entries)
    {
        var merged = new OrderedDictionary<string, ModelEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (!merged.TryAdd(entry.Id, entry))
                merged[entry.Id] = merged[entry.Id] is { LocalPath: null } known ? known with { LocalPath = entry.LocalPath } : merged[entry.Id];
        }

        return [.. merged.Values];
    }

    /// <summary>
    /// Groups by alias; in a group what runs here comes first, of that what is here already, and then the fastest kind of
    /// device, as Foundry ranks them, and the newest version.
    /// </summary>
    internal static IReadOnlyList<ModelEntry> Order(IEnumerable<ModelEntry> entries) =>
    [
        .. entries
            .OrderBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase)
            .ThenByDescending(entry => entry.IsRunnable)
            .ThenByDescending(entry => entry.LocalPath is not null)
            .ThenBy(Rank)
            .ThenByDescending(entry => entry.Version)
            .ThenByDescending(entry => entry.CreatedAtUnix)
            .ThenBy(entry => entry.Id, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The entry <paramref name="wanted"/> means as an id, else as a name, else as an alias; null for none.</summary>
    internal static ModelEntry? Best(string wanted, IReadOnlyList<ModelEntry> entries)
    {
        var (name, version) = ModelName.SplitId(wanted);
        return First(entry => ModelName.Same(entry.Name, name) && entry.Version == version)
            ?? First(entry => ModelName.Same(entry.Name, wanted))
            ?? First(entry => ModelName.Same(entry.Alias, wanted));

        ModelEntry? First(Func<ModelEntry, bool> meant) => Order(entries.Where(meant)) is [var best, ..] ? best : null;
    }

    // NPU, a vendor's GPU, CUDA, any GPU, a vendor's CPU, any CPU.
    private static int Rank(ModelEntry entry) => (entry.DeviceType, entry.ExecutionProvider.ToUpperInvariant()) switch
    {
        (ModelDevice.NPU, _) => 0,
        (ModelDevice.GPU, "CUDAEXECUTIONPROVIDER") => 2,
        (ModelDevice.GPU, "WEBGPUEXECUTIONPROVIDER" or "DMLEXECUTIONPROVIDER" or "CPUEXECUTIONPROVIDER") => 3,
        (ModelDevice.GPU, _) => 1,
        (ModelDevice.CPU, "CPUEXECUTIONPROVIDER") => 5,
        (ModelDevice.CPU, _) => 4,
        _ => 6,
    };
}
