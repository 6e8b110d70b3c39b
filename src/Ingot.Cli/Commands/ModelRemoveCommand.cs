using System.CommandLine;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model remove &lt;model&gt;</c> and <c>foundry cache remove &lt;model&gt;</c>: deletes a model's files from the cache.</summary>
internal static class ModelRemoveCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> model = ModelCommands.ModelArgument();
        var command = new Command("remove", "Delete a model's files from the cache, or what an unfinished download has left") { model };
        command.Aliases.Add("rm");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(model)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, CancellationToken cancellationToken)
    {
        await using IngotServices services = CommandServices.Create();
        await services.Models.RemoveAsync(name, cancellationToken);
        Console.Out.WriteLine($"Removed {name}.");
        return ExitCode.Success;
    }
}
