using System.Runtime.InteropServices;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Linux keeps the large registers of matrix units from a process until it has asked for them, and may refuse.</summary>
public static partial class TileState
{
    private const nint ArchProcess = 158;
    private const nint GetPermissions = 0x1022;
    private const ulong TileData = 1UL << 18;

    /// <summary>Whether this process has not been given them: nobody has asked, or the system has refused. False where no such rule is known.</summary>
    public static bool IsWithheld()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not Architecture.X64)
            return false;
        ulong given = 0;
        return SystemCall(ArchProcess, GetPermissions, ref given) == 0 && (given & TileData) == 0;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, nint option, ref ulong given);
}
