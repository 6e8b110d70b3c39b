using System.Globalization;

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

    private static readonly GroupFiles Version2 = new("sys/fs/cgroup", ["memory.max", "memory.high"], "memory.current", "inactive_file");
    private static readonly GroupFiles Version1 = new("sys/fs/cgroup/memory", ["memory.limit_in_bytes"], "memory.usage_in_bytes", "total_inactive_file");

    /// <summary>Reads it.</summary>
    /// <param name="root">The root of the file system.</param>
    /// <returns>Null when it cannot be read.</returns>
    public static LinuxMemory? Read(string root)
    {
        string facts = Path.Combine(root, "proc/meminfo");
        if (Field(facts, "MemTotal:") * BytesPerKilobyte is not { } machine || Field(facts, "MemAvailable:") * BytesPerKilobyte is not { } free)
            return null;
        long total = machine;
        foreach ((GroupFiles files, string group) in GroupsOf(Path.Combine(root, "proc/self/cgroup")))
        {
            foreach (string folder in FoldersOf(Path.Combine(root, files.Folder), group))
            {
                if (files.Limits.Min(name => Number(Path.Combine(folder, name))) is not { } limit || limit >= machine)
                    continue;
                total = Math.Min(total, limit);
                long used = Number(Path.Combine(folder, files.Usage)) ?? 0;

                // The system takes back what it keeps of files, unasked.
                long kept = Field(Path.Combine(folder, "memory.stat"), files.Kept) ?? 0;
                free = Math.Min(free, Math.Max(0, limit - used + kept));
            }
        }

        return new LinuxMemory(total, Math.Min(free, total));
    }

    // Lines of "number:controllers:group"; version 2 has one line, with number 0 and no controllers.
    private static IEnumerable<(GroupFiles Files, string Group)> GroupsOf(string path)
    {
        foreach (string[] parts in Lines(path).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3))
        {
            if (parts is ["0", "", _])
                yield return (Version2, parts[2]);
            else if (parts[1].Split(',').Contains("memory"))
                yield return (Version1, parts[2]);
        }
    }

    private static IEnumerable<string> FoldersOf(string top, string group)
    {
        yield return top;
        string folder = top;
        foreach (string name in group.Split('/', StringSplitOptions.RemoveEmptyEntries).TakeWhile(name => name != ".."))
            yield return folder = Path.Combine(folder, name);
    }

    private static long? Field(string path, string name) => Lines(path)
        .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 1 && words[0] == name)
        .Select(words => Parse(words[1]))
        .FirstOrDefault();

    // "max" and anything else that is no number means no limit.
    private static long? Number(string path) => Lines(path) is [var line, ..] ? Parse(line) : null;

    private static long? Parse(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private sealed record GroupFiles(string Folder, string[] Limits, string Usage, string Kept);
}
