using System.Globalization;
using System.Text;

namespace Ingot.Compute.Machine;

/// <summary>
/// The folders in which Linux tells the limits of the control groups this process is in, version 1 and 2, and what stands in their
/// files. A container may see no more than its own group, and that at the top.
/// </summary>
public static class ControlGroups
{
    // Far more than the system writes into any of them.
    private const int MostCharacters = 1 << 16;

    /// <summary>Lists the folders that exist or may, for one kind of limit: on the way from the topmost group that is visible to the process's own.</summary>
    /// <param name="root">The root of the file system.</param>
    /// <param name="controller">What version 1 calls that kind: "memory", "cpu".</param>
    /// <returns>Each with the version whose files it may hold, 1 or 2.</returns>
    public static IEnumerable<(int Version, string Folder)> FoldersOf(string root, string controller)
    {
        // Lines of "number:controllers:group"; version 2 has one line, with number 0 and no controllers.
        foreach (var parts in Lines(Path.Combine(root, "proc/self/cgroup")).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3))
        {
            var version = parts is ["0", "", _] ? 2 : parts[1].Split(',').Contains(controller) ? 1 : 0;
            if (version == 0)
                continue;
            var folder = Path.Combine(root, version == 2 ? "sys/fs/cgroup" : $"sys/fs/cgroup/{controller}");
            yield return (version, folder);
            foreach (var name in parts[2].Split('/', StringSplitOptions.RemoveEmptyEntries).TakeWhile(name => name != ".."))
                yield return (version, folder = Path.Combine(folder, name));
        }
    }

    /// <summary>Reads a file's lines, none where it cannot be read; of a file larger than any of the system's, the beginning.</summary>
    /// <param name="path">Its path.</param>
    public static IReadOnlyList<string> Lines(string path)
    {
        try
        {
            if (!File.Exists(path))
                return [];
            using var reader = new StreamReader(path, Encoding.UTF8);
            var text = new char[MostCharacters];
            var length = reader.ReadBlock(text);
            return new string(text, 0, length).Split('\n', StringSplitOptions.TrimEntries);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads digits alone as a number; null for "max", for -1 and for anything else, which all mean that there is no limit.</summary>
    /// <param name="text">A word of a file.</param>
    public static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
