using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model remove &lt;model&gt;</c> and <c>foundry cache remove &lt;model&gt;</c>: deletes a model's files from the cache.</summary>
internal static class ModelRemoveCommand
{
    /// <summary>The command.</summary>
    /// <param name="context">Whose cache.</param>
    /// <param name="parent">The command it is below, for the examples.</param>
    public static Command Create(CommandContext context, string parent)
    {
        Argument<string> model = ModelCommands.ModelArgument(context);
        var force = new Option<bool>("--force") { Description = "End the requests that use it in the running service" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "remove",
            "Delete a model's files from the cache, or what an unfinished download has left; the running service unloads it first",
            $"foundry {parent} remove qwen2.5-0.5b")
        {
            model, force, output,
        };
        command.Aliases.Add("rm");
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(model)!, parsed.GetValue(force), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, bool force, OutputForm form, CancellationToken cancellationToken)
    {
        await using IngotServices services = context.CreateServices();
        ModelEntry entry = await services.Catalog.FindAsync(name, cancellationToken);
        using RunningService? service = await new ServiceControl(context).FindAsync(cancellationToken);
        if (service is not null && await ModelLoadCommand.UnloadAsync(service.Client, entry.Id, force, cancellationToken))
            context.Say($"The service has unloaded {entry.Id}.");
        await services.Models.RemoveAsync(name, cancellationToken);
        if (form == OutputForm.Json)
            JsonOutput.Print(context, new ChangeFacts(entry.Id, true));
        else
            context.Print($"Removed {entry.Id}.");
        return ExitCode.Success;
    }
}
