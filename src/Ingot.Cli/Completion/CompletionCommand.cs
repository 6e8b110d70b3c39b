using System.CommandLine;
using Ingot.Cli.Commands;

namespace Ingot.Cli.Completion;

/// <summary><c>foundry completion &lt;shell&gt;</c>: a script that lets a shell complete the command line.</summary>
internal static class CompletionCommand
{
    private const string Resources = "completion.";

    private static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("shell") { Description = "The shell", HelpName = string.Join('|', Shells) };
        shell.CompletionSources.Add(Shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !Shells.Contains(token.Value))
                result.AddError($"There is no script for '{token.Value}', only for {string.Join(", ", Shells)}.");
        });
        var command = new FoundryCommand(
            "completion",
            "Print a script that lets a shell complete this command's words",
            "source <(foundry completion bash)                                # in ~/.bashrc",
            "source <(foundry completion zsh)                                 # in ~/.zshrc, after compinit",
            "foundry completion fish > ~/.config/fish/completions/foundry.fish",
            "foundry completion pwsh | Out-String | Invoke-Expression         # in $PROFILE")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            context.Output.Write(Script(parsed.GetValue(shell)!));
            return ExitCode.Success;
        });
        return command;
    }

    private static string Script(string shell)
    {
        using Stream stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream(Resources + shell)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
