using Ingot.Errors;

namespace Ingot.Cli.Chat;

/// <summary>The chat in a terminal: reads a message, streams the answer, obeys slash commands.</summary>
internal sealed class ChatConsole(Conversation conversation)
{
    private const string Prompt = ">>> ";
    private const string ContinuationPrompt = "... ";

    private const string Help = """
        /help            this list
        /clear           forget what was said so far
        /system <text>   set the system instruction (without text: remove it)
        /exit            leave (also Ctrl-D)

        Longer messages: end a line with \ to go on in the next, or put the whole between two lines of three quotes.
        Ctrl-C stops an answer; a second one leaves.
        """;

    /// <summary>Runs until the user leaves.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var interrupts = new Interrupts();
        await conversation.WarmUpAsync(interrupts.BeginWork());
        interrupts.EndWork();
        Notice.Say($"Chatting with {conversation.ModelName}. /help lists the commands.");

        var reader = new MessageReader(Console.In.ReadLine, Ask);
        while (reader.Read() is { } message)
        {
            if (message.StartsWith('/'))
            {
                if (!Obey(message))
                    return ExitCode.Success;
            }
            else if (message.Length > 0)
            {
                await AnswerAsync(message, interrupts);
            }
        }

        Console.Error.WriteLine();
        return ExitCode.Success;
    }

    private static void Ask(bool continued) => Console.Error.Write(continued ? ContinuationPrompt : Prompt);

    private async Task AnswerAsync(string message, Interrupts interrupts)
    {
        try
        {
            await AnswerPrinter.PrintAsync(conversation, message, interrupts.BeginWork());
        }
        catch (OperationCanceledException)
        {
            Notice.Say("(stopped)");
        }
        catch (IngotException refusal)
        {
            Notice.Error(refusal.Message);
        }
        finally
        {
            interrupts.EndWork();
        }
    }

    /// <summary>Does what a slash command says; false ends the chat.</summary>
    private bool Obey(string line)
    {
        (string command, string text) = line.IndexOf(' ') is var space and > 0
            ? (line[..space], line[(space + 1)..].Trim())
            : (line.TrimEnd(), "");
        switch (command)
        {
            case "/exit" or "/quit" or "/bye":
                return false;
            case "/clear":
                conversation.Clear();
                Notice.Say("(forgotten)");
                break;
            case "/system":
                conversation.SetSystem(text);
                Notice.Say(text.Length == 0 ? "(system instruction removed)" : "(system instruction set)");
                break;
            case "/help" or "/?":
                Notice.Say(Help);
                break;
            default:
                Notice.Say($"Unknown command {command}; /help lists them.");
                break;
        }

        return true;
    }
}
