using System.Runtime.InteropServices;

namespace Ingot.Compute.Memory;

/// <summary>Asks Linux to back large buffers with 2 MB pages, which spares most of the address translations of a weight scan.</summary>
internal static partial class HugePages
{
    public const int PageBytes = 2 * 1024 * 1024;

    private const int AdviseHugePage = 14;

    public static unsafe void Advise(void* pointer, nuint byteCount)
    {
        // An advice, refused or absent on some systems: the memory is usable either way, so the answer is not looked at.
        if (OperatingSystem.IsLinux()) _ = MemoryAdvise(pointer, byteCount, AdviseHugePage);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int MemoryAdvise(void* address, nuint length, int advice);
}
