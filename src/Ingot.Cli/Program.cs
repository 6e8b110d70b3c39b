using System.CommandLine;
using Ingot.Cli;
using Ingot.Cli.Commands;
using Ingot.Errors;

var offline = new Option<bool>("--offline") { Description = "Leave the network alone", Recursive = true };
var root = new RootCommand("Ingot runs AI models on this machine.")
{
    ModelCommands.Create(),
    ServiceCommands.Create(),
    CacheCommands.Create(),
    offline,
};

try
{
    // Ctrl-C has a meaning of its own in a chat, so nobody else may take it.
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    ParseResult parsed = root.Parse(args);
    // The environment, so that a service this command starts stays offline too.
    if (parsed.GetValue(offline))
        Environment.SetEnvironmentVariable("INGOT_OFFLINE", "true");
    return await parsed.InvokeAsync(invocation);
}
catch (IngotException refusal)
{
    Notice.Error(refusal.Message);
    return ExitCode.Refused;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
