using System.Runtime.InteropServices;

namespace Ingot.Cli.Chat;

/// <summary>Answers one question and ends. Standard output holds the answer alone.</summary>
internal static class OneShot
{
    /// <summary>Answers; Ctrl-C stops the answer and the command.</summary>
    public static async Task<int> RunAsync(Conversation conversation, string question)
    {
        if (string.IsNullOrWhiteSpace(question))
        {
            Notice.Error("the question is empty");
            return ExitCode.Refused;
        }

        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        await AnswerPrinter.PrintAsync(conversation, question.TrimEnd('\r', '\n'), stop.Token);
        return ExitCode.Success;
    }
}
