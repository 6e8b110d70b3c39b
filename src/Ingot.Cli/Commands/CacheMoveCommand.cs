using System.CommandLine;
using Ingot.Cli.Output;
using Ingot.Errors;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache cd &lt;folder&gt;</c>: keeps models in another folder from now on.</summary>
internal static class CacheMoveCommand
{
    private const string Key = "modelCacheDirectory";

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string> folder = ModelCommands.Named(new Argument<string>("folder") { Description = "The folder; it is made if it is not there" });
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "cd", "Keep models in another folder from now on; models that are here already stay where they are", "foundry cache cd /data/models")
        {
            folder, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(folder)!, parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string folder, OutputForm form, CancellationToken cancellationToken)
    {
        string before = context.LoadOptions().ModelCacheDirectory;
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{path} cannot be the models' folder: {exception.Message}", null, exception);
        }

        await ServiceSetCommand.ChangeAsync(context, [KeyValuePair.Create(Key, (string?)path)], cancellationToken);
        if (before != path)
            context.Say($"Only the setting was changed: the models in {before} stay there; 'foundry cache cd {before}' goes back to them.");
        if (form == OutputForm.Json)
            JsonOutput.Print(context, new MoveFacts(path, before));
        else
            context.Print(path);
        return ExitCode.Success;
    }
}
