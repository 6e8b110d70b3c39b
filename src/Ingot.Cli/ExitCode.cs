namespace Ingot.Cli;

/// <summary>The exit codes a script can rely on.</summary>
internal static class ExitCode
{
    /// <summary>It worked.</summary>
    public const int Success = 0;

    /// <summary>Refused or failed; standard error says why.</summary>
    public const int Refused = 1;

    /// <summary>The command line does not say what to do; standard error says why.</summary>
    public const int Misused = 2;

    /// <summary>The service is not running, and the command does not start it.</summary>
    public const int NotRunning = 3;

    /// <summary>Stopped by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
