using System.CommandLine;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model …</c>: everything about models.</summary>
internal static class ModelCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("model", "Run, list, describe, download, remove and compile models")
    {
        ModelRunCommand.Create(),
        ModelListCommand.Create(),
        ModelInfoCommand.Create(),
        ModelDownloadCommand.Create(),
        ModelRemoveCommand.Create(),
        ModelCompileCommand.Create(),
    };

    /// <summary>A required argument that names a model.</summary>
    public static Argument<string> ModelArgument() =>
        Named(new Argument<string>("model") { Description = "A model's alias, name, id (name:version), Hugging Face repository (hf:owner/name) or folder" });

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
