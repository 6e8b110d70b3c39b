using System.CommandLine;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache import &lt;folder&gt;</c>: copies a model folder into the cache.</summary>
internal static class CacheImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string> folder = ModelCommands.Named(new Argument<string>("folder") { Description = "An ONNX model folder, with its genai_config.json" });
        var name = new Option<string?>("--name") { Description = "The model's name, or name:version; default: what the folder says or is called" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "import", "Copy a model folder into the cache", "foundry cache import ./my-model", "foundry cache import ./my-model --name my-model:2")
        {
            folder, name, output,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(folder)!, parsed.GetValue(name), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string folder, string? name, OutputForm form, CancellationToken cancellationToken)
    {
        await using IngotServices services = context.CreateServices();
        ModelEntry entry = await services.Store.ImportAsync(folder, name, progress: null, cancellationToken);
        context.Say($"Imported {entry.Id}.");
        if (form == OutputForm.Json)
            JsonOutput.Print(context, new PlaceFacts(entry.Id, entry.LocalPath!));
        else
            context.Print(entry.LocalPath!);
        return ExitCode.Success;
    }
}
