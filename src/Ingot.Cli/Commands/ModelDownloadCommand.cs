using System.CommandLine;
using Ingot.Cli.Downloads;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model download &lt;model&gt;</c>: brings a model to this machine, going on where an earlier attempt ended.</summary>
internal static class ModelDownloadCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> model = ModelCommands.Named(new Argument<string>("model")
        {
            Description = "A model's alias, name or id, or a Hugging Face repository: hf:owner/name[@revision][:folder]",
        });
        var command = new Command("download", "Bring a model to this machine, going on where an earlier attempt ended") { model };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(model)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, CancellationToken cancellationToken)
    {
        using var interrupts = new InterruptToken(cancellationToken);
        await using IngotServices services = CommandServices.Create();
        ModelEntry entry = await services.Catalog.FindAsync(name, interrupts.Token);
        Console.Out.WriteLine(await DownloadBar.FetchAsync(services, entry, interrupts.Token));
        return ExitCode.Success;
    }
}
