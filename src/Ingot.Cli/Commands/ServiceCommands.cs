using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Output;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service …</c>: the HTTP service.</summary>
internal static class ServiceCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new FoundryCommand(
            "service", "Start, stop, describe and set up the HTTP service", "foundry service start", "foundry service ps", "foundry service stop")
        {
            ServiceStartCommand.CreateStart(context),
            CreateStop(context),
            ServiceStartCommand.CreateRestart(context),
            ServiceStatusCommand.Create(context),
            ServicePsCommand.Create(context),
            CreateList(context),
            ServiceDiagCommand.Create(context),
            ServiceLogsCommand.Create(context),
            ServiceSetCommand.Create(context),
        };
        command.Aliases.Add("server");
        return command;
    }

    private static FoundryCommand CreateStop(CommandContext context)
    {
        var command = new FoundryCommand("stop", "Stop the service", "foundry service stop");
        command.SetAction(async (_, cancellationToken) =>
        {
            await new ServiceControl(context).StopAsync(cancellationToken);
            context.Print("🔴 Service is stopped.");
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundryCommand CreateList(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "list", "List the models the running service can load", "foundry service list", "foundry service list -o json") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using RunningService service = await new ServiceControl(context).GetAsync(cancellationToken);
            IReadOnlyList<string> names = await service.Client.ListModelsAsync(cancellationToken);
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, names);
            else
                context.Print(string.Join(Environment.NewLine, names));
            return ExitCode.Success;
        });
        return command;
    }
}
