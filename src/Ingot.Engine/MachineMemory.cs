namespace Ingot.Engine;

/// <summary>The memory this process can have: the machine's, or less in a container or service with a limit.</summary>
public static class MachineMemory
{
    /// <summary>Bytes in all. What the runtime itself would take of a limit is three quarters; weights and caches lie outside its heap.</summary>
    public static long TotalBytes => Linux?.TotalBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private static LinuxMemory? Linux => OperatingSystem.IsLinux() ? LinuxMemory.Read("/") : null;

    /// <summary>Bytes this process could still claim without paging or taking from others, as of now.</summary>
    public static long FreeBytes()
    {
        if (Linux is { } linux)
            return linux.FreeBytes;

        // The numbers are those of the last collection, and weights are no managed memory: without this one they would not be in them.
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
    }
}
