using System.CommandLine;
using Ingot.Cli.Background;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service …</c>: the HTTP service.</summary>
internal static class ServiceCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("service", "Start, stop and describe the HTTP service")
    {
        CreateStart(),
        Plain("stop", "Stop the service", ServiceControl.StopAsync),
        Plain("status", "Say whether and where the service runs", ServiceControl.StatusAsync),
    };

    private static Command CreateStart()
    {
        var port = new Option<int?>("--port", "-p") { Description = "Listen on this port of 127.0.0.1; 0 takes any free one; default 5272" };
        var urls = new Option<string?>("--urls") { Description = "Listen on these addresses, separated by ';'" };
        var foreground = new Option<bool>("--foreground") { Description = "Stay in this terminal and log to it, until Ctrl-C" };
        // What the background process is started with; of no use to people.
        var background = new Option<bool>("--background-process") { Hidden = true };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 65535)
                result.AddError("--port must be between 0 and 65535.");
        });

        var command = new Command("start", "Start the service in the background") { port, urls, foreground, background };
        command.Validators.Add(result =>
        {
            if (result.GetResult(port) is not null && result.GetResult(urls) is not null)
                result.AddError("Give --port or --urls, not both.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            string? addresses = parsed.GetValue(port) is { } number ? $"http://127.0.0.1:{number}" : parsed.GetValue(urls);
            if (parsed.GetValue(background))
                return ServiceProcess.RunInBackgroundAsync(addresses);
            return parsed.GetValue(foreground)
                ? ServiceProcess.RunInForegroundAsync(addresses, cancellationToken)
                : ServiceControl.StartAsync(addresses, cancellationToken);
        });
        return command;
    }

    private static Command Plain(string name, string description, Func<CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.SetAction((_, cancellationToken) => action(cancellationToken));
        return command;
    }
}
