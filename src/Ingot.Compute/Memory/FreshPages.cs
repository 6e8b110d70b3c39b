using System.Runtime.InteropServices;

namespace Ingot.Compute.Memory;

/// <summary>
/// Pages straight from Linux, past the C library. That keeps freed pieces of up to 32 MB for later, and clears what it hands out again by hand: all of a
/// key-value cache would be written, and be in memory, before anybody has asked for a token. Fresh pages are zero without having been touched.
/// </summary>
internal static unsafe partial class FreshPages
{
    private const int ReadAndWrite = 1 | 2;
    private const int PrivateAndAnonymous = 2 | 0x20;
    private const nint Refused = -1;

    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Claims zeroed memory, which takes room only where it is touched.</summary>
    /// <returns>Null when the system has no such amount.</returns>
    public static void* Claim(nuint byteCount)
    {
        nint block = Map(0, byteCount, ReadAndWrite, PrivateAndAnonymous, file: -1, offset: 0);
        return block == Refused ? null : (void*)block;
    }

    /// <summary>Gives all of a claim back.</summary>
    public static void Release(void* block, nuint byteCount) => _ = Unmap(block, byteCount);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* address, nuint length);
}
