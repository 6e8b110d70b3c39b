using System.CommandLine;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache …</c>: the models on this machine.</summary>
internal static class CacheCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var location = new Command("location", "Print the folder downloaded models are kept in");
        location.SetAction(_ => PrintLocation());
        var list = new Command("list", "List the models on this machine");
        list.SetAction((_, cancellationToken) => ListAsync(cancellationToken));
        return new Command("cache", "Show, check and remove the models on this machine")
        {
            location,
            list,
            ModelRemoveCommand.Create(),
            CacheVerifyCommand.Create(),
            CacheImportCommand.Create(),
        };
    }

    private static async Task<int> PrintLocation()
    {
        await using IngotServices services = CommandServices.Create();
        Console.Out.WriteLine(services.Store.Location);
        return ExitCode.Success;
    }

    private static async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        await using IngotServices services = CommandServices.Create();
        Console.Out.WriteLine("Models cached on device:");
        Console.Out.WriteLine($"   {"Alias",-30} Model ID");
        foreach (ModelEntry entry in await services.Catalog.ListAsync(cancellationToken))
        {
            if (services.Store.IsCached(entry))
                Console.Out.WriteLine($"💾 {entry.Alias,-30} {entry.Id}");
        }

        return ExitCode.Success;
    }
}
