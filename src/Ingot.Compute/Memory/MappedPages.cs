using System.Runtime.InteropServices;

namespace Ingot.Compute.Memory;

/// <summary>
/// What the system is told of pages of a mapped file: that they are wanted soon, so that a disk works while the processor does, and that they have been read,
/// so that a file and what was made of it need not be in this process's memory at once. Advice: contents stay the same either way.
/// </summary>
internal static unsafe partial class MappedPages
{
    private const int WillNeed = 3;
    private const int DontNeed = 4;

    /// <summary>Asks for bytes that will be read soon.</summary>
    public static void Expect(byte* start, long length) => Advise(start, length, WillNeed);

    /// <summary>Lets go of the whole pages among bytes that have been read; they come back from the file if they are read again.</summary>
    public static void Leave(byte* start, long length) => Advise(start, length, DontNeed);

    private static void Advise(byte* start, long length, int advice)
    {
        // Elsewhere the same numbers mean other things, and the system does as well by itself.
        if (!OperatingSystem.IsLinux() || length <= 0)
            return;
        // Pages at the ends may hold other tensors as well: these are expected with them, and not left.
        var page = (nuint)Environment.SystemPageSize;
        var (from, to) = ((nuint)start, (nuint)start + (nuint)length);
        (from, to) = advice == DontNeed ? ((from + page - 1) / page * page, to / page * page) : (from / page * page, (to + page - 1) / page * page);
        if (from < to)
            _ = MemoryAdvise((void*)from, to - from, advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
