using Ingot.Compute.Machine;

namespace Ingot.Engine;

/// <summary>
/// Memory as Linux tells it: of the machine, and of the control groups this process is in, version 1 and 2. The tightest limit
/// on the way from the process's group to the topmost one that is visible counts; a container may see no more than its own.
/// </summary>
/// <param name="TotalBytes">Bytes in all.</param>
/// <param name="FreeBytes">Bytes that can still be claimed.</param>
internal sealed record LinuxMemory(long TotalBytes, long FreeBytes)
{
    private const long BytesPerKilobyte = 1024;

    private static readonly GroupFiles Version2 = new(["memory.max", "memory.high"], "memory.current", "inactive_file");
    private static readonly GroupFiles Version1 = new(["memory.limit_in_bytes"], "memory.usage_in_bytes", "total_inactive_file");

    /// <summary>Reads it.</summary>
    /// <param name="root">The root of the file system.</param>
    /// <returns>Null when it cannot be read.</returns>
    public static LinuxMemory? Read(string root)
    {
        string facts = Path.Combine(root, "proc/meminfo");
        if (Field(facts, "MemTotal:") * BytesPerKilobyte is not { } machine || Field(facts, "MemAvailable:") * BytesPerKilobyte is not { } free)
            return null;
        long total = machine;
        foreach ((int version, string folder) in ControlGroups.FoldersOf(root, "memory"))
        {
            GroupFiles files = version == 2 ? Version2 : Version1;
            if (files.Limits.Min(name => Number(Path.Combine(folder, name))) is not { } limit || limit >= machine)
                continue;
            total = Math.Min(total, limit);
            long used = Number(Path.Combine(folder, files.Usage)) ?? 0;

            // The system takes back what it keeps of files, unasked.
            long kept = Field(Path.Combine(folder, "memory.stat"), files.Kept) ?? 0;
            free = Math.Min(free, Math.Max(0, limit - used + kept));
        }

        return new LinuxMemory(total, Math.Min(free, total));
    }

    private static long? Field(string path, string name) => ControlGroups.Lines(path)
        .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 1 && words[0] == name)
        .Select(words => ControlGroups.Number(words[1]))
        .FirstOrDefault();

    private static long? Number(string path) => ControlGroups.Lines(path) is [var line, ..] ? ControlGroups.Number(line) : null;

    private sealed record GroupFiles(string[] Limits, string Usage, string Kept);
}
