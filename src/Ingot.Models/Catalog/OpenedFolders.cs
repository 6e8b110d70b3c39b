namespace Ingot.Models.Catalog;

/// <summary>Model folders opened by path in this process. Thread-safe.</summary>
internal sealed class OpenedFolders
{
    private readonly Lock _lock = new();
    private readonly List<ModelEntry> _entries = [];

    /// <summary>Adds a folder under a version that no other model of its name has.</summary>
    internal ModelEntry Add(ModelEntry entry, IReadOnlyList<ModelEntry> listed)
    {
        lock (_lock)
        {
            if (_entries.FirstOrDefault(other => other.LocalPath == entry.LocalPath) is { } opened)
                return opened;
            var versions = listed.Concat(_entries)
                .Where(other => ModelName.Same(other.Name, entry.Name))
                .Select(other => other.Version)
                .ToHashSet();
            while (versions.Contains(entry.Version))
                entry = entry with { Version = entry.Version + 1 };
            _entries.Add(entry);
            return entry;
        }
    }

    internal IEnumerable<ModelEntry> AppendTo(IReadOnlyList<ModelEntry> listed)
    {
        lock (_lock)
            return [.. listed, .. _entries];
    }
}
