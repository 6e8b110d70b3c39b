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

    internal static IReadOnlyList<ModelEntry> Order(IEnumerable<ModelEntry> entries) =>
    [
        .. entries
            .OrderBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase)
            .ThenByDescending(entry => entry.IsRunnable)
            .ThenByDescending(entry => entry.LocalPath is not null)
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
}
