using System.CommandLine;
using Ingot.Cli.Completion;
using Ingot.Cli.Downloads;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model download &lt;model&gt;</c>: brings a model to this machine, going on where an earlier attempt ended.</summary>
internal static class ModelDownloadCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string> model = ModelCommands.Named(ModelNames.Complete(context, new Argument<string>("model")
        {
            Description = "A model's alias, name or id, or a Hugging Face repository: hf:owner/name[@revision][:folder]",
        }));
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "download",
            "Bring a model to this machine, going on where an earlier attempt ended",
            "foundry model download qwen2.5-0.5b",
            "foundry model download hf:owner/name@main:folder")
        {
            model, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(model)!, parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, OutputForm form, CancellationToken cancellationToken)
    {
        using var interrupts = new InterruptToken(cancellationToken);
        await using IngotServices services = context.CreateServices();
        ModelEntry entry = await services.Catalog.FindAsync(name, interrupts.Token);
        string folder = await DownloadBar.FetchAsync(services, entry, interrupts.Token);
        if (form == OutputForm.Json)
            JsonOutput.Print(context, new PlaceFacts(entry.Id, folder));
        else
            context.Print(folder);
        return ExitCode.Success;
    }
}
