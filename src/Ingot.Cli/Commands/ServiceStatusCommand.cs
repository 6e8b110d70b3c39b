using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Output;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service status</c>: whether and where the service runs.</summary>
internal static class ServiceStatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "status", "Say whether and where the service runs; exit code 3 when it does not", "foundry service status", "foundry service status -o json")
        {
            output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(output), cancellationToken));
        return command;
    }

    /// <summary>What there is to say of the service.</summary>
    public static ServiceFacts Describe(CommandContext context, RunningService? service) => service is null
        ? new ServiceFacts(false, null, null, [], null, null, null, context.Files.Log)
        : new ServiceFacts(
            true,
            service.Status.ProcessId,
            service.Client.Record.Endpoint.AbsoluteUri.TrimEnd('/'),
            service.Client.Record.Urls,
            service.Status.Version,
            service.Client.Record.StartedAt,
            service.Status.ModelDirPath,
            context.Files.Log);

    private static async Task<int> RunAsync(CommandContext context, OutputForm form, CancellationToken cancellationToken)
    {
        using RunningService? service = await new ServiceControl(context).FindAsync(cancellationToken);
        if (form == OutputForm.Json)
        {
            JsonOutput.Print(context, Describe(context, service));
        }
        else if (service is not null)
        {
            // In the words programs look for.
            context.Print($"🟢 Model management service is running on {service.Url}/openai/status");
        }
        else
        {
            context.Print("🔴 Model management service is not running!");
            context.Print("To start the service, run the following command: foundry service start");
        }

        return service is null ? ExitCode.NotRunning : ExitCode.Success;
    }
}
