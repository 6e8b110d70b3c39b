using System.CommandLine;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache …</c>: the models on this machine.</summary>
internal static class CacheCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CommandContext context) => new FoundryCommand(
        "cache", "Show, check and remove the models on this machine", "foundry cache list", "foundry cache location")
    {
        CreateLocation(context),
        CreateList(context),
        ModelRemoveCommand.Create(context, "cache"),
        CacheMoveCommand.Create(context),
        CacheVerifyCommand.Create(context),
        CacheImportCommand.Create(context),
    };

    /// <summary>The models whose files are in the cache folder.</summary>
    public static async Task<IReadOnlyList<ModelEntry>> ListAsync(IngotServices services, CancellationToken cancellationToken) =>
    [
        .. (await services.Catalog.ListAsync(cancellationToken)).Where(entry => services.Store.IsCached(entry)
            && services.Store.GetPath(entry).StartsWith(services.Store.Location + Path.DirectorySeparatorChar, StringComparison.Ordinal)),
    ];

    private static FoundryCommand CreateLocation(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "location", "Print the folder downloaded models are kept in", "foundry cache location", "foundry cache location -o json") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using IngotServices services = context.CreateServices();
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, await CacheState.ReadAsync(services, cancellationToken));
            else
                context.Print(services.Store.Location);
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundryCommand CreateList(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand("list", "List the models on this machine", "foundry cache list", "foundry cache list -o json") { output };
        command.Aliases.Add("ls");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using IngotServices services = context.CreateServices();
            IReadOnlyList<ModelFacts> models =
            [
                .. (await services.Catalog.ListAsync(cancellationToken))
                    .Where(services.Store.IsCached)
                    .Select(entry => ModelFacts.Of(entry, services)),
            ];
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, models);
            else
                Print(context, models);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(CommandContext context, IReadOnlyList<ModelFacts> models)
    {
        context.Print("Models cached on device:");
        context.Print($"   {"Alias",-30} Model ID");
        foreach (ModelFacts model in models)
            context.Print($"💾 {model.Alias,-30} {model.Id}");
    }
}
