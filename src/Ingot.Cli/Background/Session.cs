using System.Runtime.InteropServices;

namespace Ingot.Cli.Background;

/// <summary>The terminal a process belongs to.</summary>
internal static class Session
{
    /// <summary>
    /// Leaves the terminal's session, so that neither its end nor its Ctrl-C reach this process. On Windows a process without
    /// a console of its own has none to leave.
    /// </summary>
    public static void Leave()
    {
        // It fails for a process that leads a group already; such a one gets no signals of the terminal's other groups.
        if (!OperatingSystem.IsWindows())
            _ = StartSession();
    }

    [DllImport("libc", EntryPoint = "setsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StartSession();
}
