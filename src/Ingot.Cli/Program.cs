using System.CommandLine;
using Ingot.Cli;
using Ingot.Cli.Commands;
using Ingot.Errors;

var root = new RootCommand("Ingot runs AI models on this machine.")
{
    ModelCommands.Create(),
    ServiceCommands.Create(),
    CacheCommands.Create(),
};

try
{
    // Ctrl-C has a meaning of its own in a chat, so nobody else may take it.
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    return await root.Parse(args).InvokeAsync(invocation);
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
