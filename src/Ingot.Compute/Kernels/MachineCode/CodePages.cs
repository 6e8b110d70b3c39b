using System.Runtime.InteropServices;

namespace Ingot.Compute.Kernels.MachineCode;

/// <summary>Memory whose contents the processor may run: written first, then never again. Lives as long as the process.</summary>
internal static unsafe partial class CodePages
{
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;
    private const uint CommitReserve = 0x3000;
    private const uint PageReadWrite = 4;
    private const uint PageExecuteRead = 0x20;

    /// <summary>Takes code over.</summary>
    /// <returns>Where it is now; 0 where the system does not let a process run what it has written, or is none we know.</returns>
    public static nint Take(ReadOnlySpan<byte> code)
    {
        if (OperatingSystem.IsLinux()) return TakeOnLinux(code);
        return OperatingSystem.IsWindows() ? TakeOnWindows(code) : 0;
    }

    private static nint TakeOnLinux(ReadOnlySpan<byte> code)
    {
        nint pages = MapPages(0, (nuint)code.Length, ReadWrite, PrivateAnonymous, -1, 0);
        if (pages is -1 or 0) return 0;
        code.CopyTo(new Span<byte>((byte*)pages, code.Length));
        if (Protect(pages, (nuint)code.Length, ReadExecute) == 0) return pages;
        _ = UnmapPages(pages, (nuint)code.Length);
        return 0;
    }

    private static nint TakeOnWindows(ReadOnlySpan<byte> code)
    {
        nint pages = Allocate(0, (nuint)code.Length, CommitReserve, PageReadWrite);
        if (pages == 0) return 0;
        code.CopyTo(new Span<byte>((byte*)pages, code.Length));
        return Protect(pages, (nuint)code.Length, PageExecuteRead, out _) ? pages : 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint MapPages(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnmapPages(nint address, nuint length);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint Allocate(nint address, nuint length, uint type, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualProtect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Protect(nint address, nuint length, uint protection, out uint before);
}
