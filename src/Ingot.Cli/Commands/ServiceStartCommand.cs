using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Output;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service start</c> and <c>restart</c>.</summary>
internal static class ServiceStartCommand
{
    /// <summary><c>start</c>.</summary>
    public static Command CreateStart(CommandContext context)
    {
        var command = new FoundryCommand(
            "start", "Start the service in the background", "foundry service start", "foundry service start --port 0 -o json", "foundry service start --foreground");
        var where = new Address(command);
        Option<OutputForm> output = OutputOption.Create();
        var foreground = new Option<bool>("--foreground") { Description = "Stay in this terminal and log to it, until Ctrl-C" };
        // What the background process is started with; of no use to people.
        var background = new Option<bool>("--background-process") { Hidden = true };
        command.Options.Add(foreground);
        command.Options.Add(background);
        command.Options.Add(output);
        command.SetAction((parsed, cancellationToken) =>
        {
            string? urls = where.Read(context, parsed);
            if (parsed.GetValue(background))
                return ServiceProcess.RunInBackgroundAsync(context, urls);
            return parsed.GetValue(foreground)
                ? ServiceProcess.RunInForegroundAsync(context, urls, cancellationToken)
                : StartAsync(context, urls, parsed.GetValue(output), cancellationToken);
        });
        return command;
    }

    /// <summary><c>restart</c>.</summary>
    public static Command CreateRestart(CommandContext context)
    {
        var command = new FoundryCommand(
            "restart",
            "Stop the service and start it anew, where it was told to listen before",
            "foundry service restart",
            "foundry service restart --port 5273");
        var where = new Address(command);
        Option<OutputForm> output = OutputOption.Create();
        command.Options.Add(output);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? urls = where.Read(context, parsed);
            ServiceRecord? stopped = await new ServiceControl(context).StopAsync(cancellationToken);
            return await StartAsync(context, urls ?? stopped?.AskedUrls, parsed.GetValue(output), cancellationToken);
        });
        return command;
    }

    private static async Task<int> StartAsync(CommandContext context, string? urls, OutputForm form, CancellationToken cancellationToken)
    {
        (RunningService service, bool isNew) = await new ServiceControl(context).StartAsync(urls, cancellationToken);
        using RunningService running = service;
        if (form == OutputForm.Json)
            JsonOutput.Print(context, ServiceStatusCommand.Describe(context, running));
        else
            context.Print($"🟢 Service is {(isNew ? "Started" : "already running")} on {running.Url}/, PID {running.Status.ProcessId}!");
        return ExitCode.Success;
    }

    /// <summary>Where to listen, by <c>--port</c> or <c>--urls</c>.</summary>
    private sealed class Address
    {
        private readonly Option<int?> _port = new("--port", "-p") { Description = "Listen on this port of 127.0.0.1; 0 takes any free one; default 5272" };
        private readonly Option<string?> _urls = new("--urls") { Description = "Listen on these addresses, separated by ';'" };

        public Address(Command command)
        {
            command.Options.Add(_port);
            command.Options.Add(_urls);
            _port.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int?>() is < 0 or > 65535)
                    result.AddError("--port must be between 0 and 65535.");
            });
            command.Validators.Add(result =>
            {
                if (result.GetResult(_port) is not null && result.GetResult(_urls) is not null)
                    result.AddError("Give --port or --urls, not both.");
            });
        }

        public string? Read(CommandContext context, ParseResult parsed) =>
            parsed.GetValue(_port) is { } number ? ServiceAddress.OfPort(context, number) : parsed.GetValue(_urls);
    }
}
