using System.CommandLine;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache import &lt;folder&gt;</c>: copies a model folder into the cache.</summary>
internal static class CacheImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> folder = ModelCommands.Named(new Argument<string>("folder") { Description = "An ONNX model folder, with its genai_config.json" });
        var name = new Option<string?>("--name") { Description = "The model's name, or name:version; default: what the folder says or is called" };
        var command = new Command("import", "Copy a model folder into the cache") { folder, name };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(name), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, string? name, CancellationToken cancellationToken)
    {
        await using IngotServices services = CommandServices.Create();
        ModelEntry entry = await services.Store.ImportAsync(folder, name, progress: null, cancellationToken);
        Notice.Say($"Imported {entry.Id}.");
        Console.Out.WriteLine(entry.LocalPath);
        return ExitCode.Success;
    }
}
