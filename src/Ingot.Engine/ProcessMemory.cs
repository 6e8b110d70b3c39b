using Ingot.Compute.Memory;

namespace Ingot.Engine;

/// <summary>What the process as a whole holds of the machine's memory.</summary>
public static class ProcessMemory
{
    /// <summary>
    /// Gives back to the system what disposed engines and their models have left behind, which runtime and C library would
    /// keep for later. Stops the process for as long as a full collection takes: for moments when a model is gone.
    /// </summary>
    public static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
