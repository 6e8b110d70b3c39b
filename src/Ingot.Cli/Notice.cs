namespace Ingot.Cli;

/// <summary>What the command says beside its answer: on standard error, so that standard output holds the answer alone.</summary>
internal static class Notice
{
    /// <summary>Says one line.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>Says what went wrong, in one line.</summary>
    public static void Error(string text) => Console.Error.WriteLine($"foundry: {text}");
}

/// <summary>The exit codes a script can rely on. 0 is success; 1 also stands for a command line that does not parse.</summary>
internal static class ExitCode
{
    /// <summary>It worked.</summary>
    public const int Success = 0;

    /// <summary>Refused or failed; standard error says why.</summary>
    public const int Refused = 1;

    /// <summary>Stopped by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
