namespace Ingot.Compute.Machine;

/// <summary>How much of the processors Linux lets this process's control groups have, version 1 and 2: the tightest limit on the way counts.</summary>
internal static class LinuxCores
{
    /// <summary>Reads it.</summary>
    /// <param name="root">The root of the file system.</param>
    /// <returns>In cores, above 0, rarely a whole number; null where there is no limit.</returns>
    public static double? Limit(string root) => ControlGroups.FoldersOf(root, "cpu").Select(LimitOf).Min();

    private static double? LimitOf((int Version, string Folder) group)
    {
        // Version 2 has both numbers in one line, version 1 a file for each: microseconds of all cores in so many of the clock.
        string[] words = group.Version == 2
            ? Words(group.Folder, "cpu.max")
            : [.. Words(group.Folder, "cpu.cfs_quota_us").Take(1), .. Words(group.Folder, "cpu.cfs_period_us").Take(1)];
        return words is [var first, var second, ..] && ControlGroups.Number(first) is { } quota and > 0 && ControlGroups.Number(second) is { } period and > 0
            ? (double)quota / period
            : null;
    }

    private static string[] Words(string folder, string name) =>
        ControlGroups.Lines(Path.Combine(folder, name)) is [var line, ..] ? line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
}
