using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Ingot.Cli.Background;
using Ingot.Cli.Commands;
using Ingot.Cli.Completion;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Cli;

/// <summary>The whole command line: the tree of commands, and how what goes wrong is said.</summary>
internal static class CommandLine
{
    private const string Offline = "--offline";

    /// <summary>Runs what the arguments say.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            RootCommand root = CreateRoot(context);
            ParseResult parsed = root.Parse(arguments);
            if (parsed.GetValue(root.Options.OfType<Option<bool>>().Single(option => option.Name == Offline)))
                context.GoOffline();
            if (parsed.Action is ParseErrorAction)
                return Refuse(parsed, context);
            // Ctrl-C has a meaning of its own in a chat, so nobody else may take it.
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = context.Output,
                Error = context.Error,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (IngotException refusal)
        {
            context.Say($"foundry: {refusal.Message}");
            return ExitCode.Refused;
        }
        catch (ServiceStoppedException stopped)
        {
            context.Say($"foundry: {stopped.Message}");
            return ExitCode.NotRunning;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Say($"foundry: {exception.Message}");
            return ExitCode.Refused;
        }
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand CreateRoot(CommandContext context)
    {
        var root = new RootCommand("Ingot runs AI models on this machine: in this terminal, and as a service for OpenAI's clients.")
        {
            ModelCommands.Create(context),
            ServiceCommands.Create(context),
            CacheCommands.Create(context),
            KeyCommands.Create(context),
            EpCommands.Create(context),
            ProviderCommands.Create(context),
            StatusCommand.Create(context),
            CompletionCommand.Create(context),
            new Option<bool>(Offline) { Description = "Leave the network alone", Recursive = true },
        };
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        var help = new HelpOption("--help", "-h", "-?");
        help.Action = new HelpWithExamples();
        root.Options.Add(help);
        ShowHelpWithoutSubcommand(root);
        return root;
    }

    private static void ShowHelpWithoutSubcommand(Command command)
    {
        if (command.Subcommands.Count == 0)
            return;
        command.SetAction(parsed => new HelpWithExamples().Invoke(parsed));
        foreach (Command inner in command.Subcommands)
            ShowHelpWithoutSubcommand(inner);
    }

    private static int Refuse(ParseResult parsed, CommandContext context)
    {
        Command command = parsed.CommandResult.Command;
        string message = string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        string near = parsed.UnmatchedTokens is [var unknown, ..] && NearNames.Of(unknown, NamesAt(command)) is { Count: > 0 } names
            ? $"; did you mean {string.Join(" or ", names)}?"
            : ".";
        context.Say($"foundry: {message}{near} See '{PathOf(command)} --help'.");
        return ExitCode.Misused;
    }

    private static IEnumerable<string> NamesAt(Command command) =>
        [.. command.Subcommands.Select(inner => inner.Name), .. command.Options.Where(option => !option.Hidden).Select(option => option.Name)];

    private static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{PathOf(parent)} {command.Name}"
        : "foundry";
}
