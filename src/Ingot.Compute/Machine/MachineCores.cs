namespace Ingot.Compute.Machine;

/// <summary>The cores this process can compute on: those it may use, or fewer in a container or service that gets only so much of their time.</summary>
public static class MachineCores
{
    /// <summary>Whether it gets only so much of the processors' time, so that <see cref="Count"/> may be less than what it may run on.</summary>
    public static bool IsLimited => Limit is not null;

    /// <summary>
    /// As many threads as can compute all the time, at least 1. Part of a core counts for nothing: a thread too many would be stopped
    /// in the middle of its work until the next period, and all others would wait for it.
    /// </summary>
    public static int Count => CountOf(Environment.ProcessorCount, Limit);

    private static double? Limit => OperatingSystem.IsLinux() ? LinuxCores.Limit("/") : null;

    // usable: cores this process may run on, or fewer if somebody says so. limit: how much of their time it gets, in cores; null for all.
    internal static int CountOf(int usable, double? limit) => (int)Math.Max(1, Math.Min(usable, Math.Floor(limit ?? usable)));
}
