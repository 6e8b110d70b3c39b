using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ingot.Compute.Memory;

/// <summary>What the system is told of a file's bytes that will be read soon. Advice: it does not wait for them, and what is read is the same without it.</summary>
internal static partial class ComingBytes
{
    private const int WillNeed = 3;

    /// <summary>Asks for bytes that will be read soon; where the system knows no such advice, it reads ahead by itself or not.</summary>
    public static void Expect(SafeFileHandle file, long offset, long length)
    {
        // The arguments below are those of 64 bits.
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
            _ = AdviseFile(file, offset, length, WillNeed);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdviseFile(SafeFileHandle file, long offset, long length, int advice);
}
