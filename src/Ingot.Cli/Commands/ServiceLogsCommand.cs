using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Errors;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service logs</c>: the end of the service's log, and what is added to it.</summary>
internal static class ServiceLogsCommand
{
    private const int DefaultLines = 100;

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var lines = new Option<int>("--lines", "-n") { Description = "How many lines of the end to print", DefaultValueFactory = _ => DefaultLines };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing what is added, until Ctrl-C" };
        lines.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError("--lines must be 0 or more.");
        });
        var command = new FoundryCommand(
            "logs", "Print the service's log", "foundry service logs", "foundry service logs --lines 20 --follow") { lines, follow };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(lines), parsed.GetValue(follow), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, int lines, bool follow, CancellationToken cancellationToken)
    {
        if (!File.Exists(context.Files.Log))
        {
            if (!follow)
                throw new IngotException(ErrorCode.NotFound, $"There is no log yet: {context.Files.Log} comes with the service's first start in the background.");
            context.Say($"{context.Files.Log} is not there yet; waiting for it.");
        }

        using var interrupts = new InterruptToken(cancellationToken);
        using var reader = new LogReader(context.Files.Log);
        await reader.PrintEndAsync(context.Output, lines, interrupts.Token);
        if (!follow)
            return ExitCode.Success;
        await reader.FollowAsync(context.Output, interrupts.Token);
        return ExitCode.Interrupted;
    }
}
