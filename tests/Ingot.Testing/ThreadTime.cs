using System.Diagnostics;
using System.Globalization;

namespace Ingot.Testing;

/// <summary>
/// The processor time of single threads, as Linux tells it: how busy others are does not matter to it, nor what else the tests of the same
/// process are doing.
/// </summary>
public static class ThreadTime
{
    // The system keeps no more of a thread's name.
    private const int NameLength = 15;

    /// <summary>Why it cannot be told here; null where it can.</summary>
    public static string? Obstacle => OperatingSystem.IsLinux() && File.Exists($"/proc/self/task/{Environment.ProcessId}/schedstat")
        ? null
        : "Only Linux tells the processor time of other threads, and not every Linux does.";

    /// <summary>The calling thread's number.</summary>
    public static int Current => int.Parse(Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget!), CultureInfo.InvariantCulture);

    /// <summary>The number of the one thread of this process with a name of at most 15 letters.</summary>
    public static int Named(string name)
    {
        Debug.Assert(name.Length <= NameLength, "The system cuts off longer names.");
        return Directory.EnumerateDirectories("/proc/self/task").Where(task => NameOf(task) == name).Select(task => int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture)).Single();
    }

    /// <summary>What threads of this process, all of them there, have used up to now.</summary>
    public static TimeSpan Of(params IEnumerable<int> threads) =>
        TimeSpan.FromTicks(threads.Sum(thread => long.Parse(File.ReadAllText($"/proc/self/task/{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)) / TimeSpan.NanosecondsPerTick);

    /// <summary>What something takes of the calling thread's processor time; where that is not told, what passes meanwhile.</summary>
    public static TimeSpan Taken(Action action)
    {
        bool isTold = Obstacle is null;
        TimeSpan Now() => isTold ? Of(Current) : Stopwatch.GetElapsedTime(0);
        TimeSpan before = Now();
        action();
        return Now() - before;
    }

    // Threads of other tests come and go.
    private static string? NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
