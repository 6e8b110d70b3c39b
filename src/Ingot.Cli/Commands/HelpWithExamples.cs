using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Ingot.Cli.Commands;

/// <summary>The help of a command, followed by its examples; of the program itself, by the exit codes too.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly string[] FirstExamples =
    [
        "foundry model run",
        "foundry model list",
        "foundry service start",
        "foundry status -o json",
    ];

    private static readonly string[] ExitCodes =
    [
        $"{ExitCode.Success}    it worked",
        $"{ExitCode.Refused}    refused or failed; standard error says why",
        $"{ExitCode.Misused}    the command line does not say what to do",
        $"{ExitCode.NotRunning}    the service is not running (service status, ps, list)",
        $"{ExitCode.Interrupted}  ended by Ctrl-C",
    ];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        new HelpAction().Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        Print(output, "Examples:", command is FoundryCommand { Examples: var examples } ? examples : FirstExamples);
        if (command is RootCommand)
            Print(output, "Exit codes:", ExitCodes);
        return ExitCode.Success;
    }

    private static void Print(TextWriter output, string title, IEnumerable<string> lines)
    {
        output.WriteLine(title);
        foreach (string line in lines)
            output.WriteLine($"  {line}");
        output.WriteLine();
    }
}
