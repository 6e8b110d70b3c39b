using System.CommandLine;
using Ingot.Cli.Completion;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model …</c>: everything about models.</summary>
internal static class ModelCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CommandContext context) => new FoundryCommand(
        "model",
        "Run, list, describe, download, load, unload, remove and compile models",
        "foundry model list",
        "foundry model run",
        "foundry model download hf:owner/name")
    {
        ModelRunCommand.Create(context),
        ModelListCommand.Create(context),
        ModelInfoCommand.Create(context),
        ModelDownloadCommand.Create(context),
        ModelLoadCommand.CreateLoad(context),
        ModelLoadCommand.CreateUnload(context),
        ModelRemoveCommand.Create(context, "model"),
        ModelCompileCommand.Create(context),
    };

    /// <summary>A required argument that names a model.</summary>
    public static Argument<string> ModelArgument(CommandContext context) => Named(ModelNames.Complete(context, new Argument<string>("model")
    {
        Description = "A model's alias, name, id (name:version), Hugging Face repository (hf:owner/name) or folder",
    }));

    /// <summary>Refuses a mistyped option, which would else be taken for the argument's value.</summary>
    public static Argument<T> Named<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } token)
                result.AddError($"Unrecognized option '{token.Value}'.");
        });
        return argument;
    }
}
