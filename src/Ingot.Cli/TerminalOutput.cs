using Spectre.Console;

namespace Ingot.Cli;

/// <summary>Where tables go: the terminal at its width; a pipe or file at a width that never folds a row.</summary>
internal static class TerminalOutput
{
    private const int PipeWidth = 400;

    /// <summary>A console on standard output.</summary>
    public static IAnsiConsole Create()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
            console.Profile.Width = PipeWidth;
        return console;
    }
}
