using System.Runtime.InteropServices;

namespace Ingot.Compute.Memory;

/// <summary>The memory that the C library keeps for this process, where <see cref="NativeBuffer{T}"/> takes its own from.</summary>
public static partial class NativeHeap
{
    /// <summary>
    /// Gives freed memory back to the system. The C library of most Linux systems keeps freed pieces of up to 32 MB for later,
    /// which after a model is all of it but the largest matrices. Elsewhere freed memory goes back by itself, and this does nothing.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = MemoryTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, such as musl, has no such function and no such habit.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryTrim(nuint pad);
}
