using System.Diagnostics;
using Ingot.Engine;
using Ingot.Service.Chat;

namespace Ingot.Cli.Chat;

/// <summary>Writes an answer to standard output as it comes, and what there is to say about it to standard error.</summary>
internal static class AnswerPrinter
{
    /// <summary>Asks and prints; ends with a line break.</summary>
    /// <exception cref="OperationCanceledException">The answer was stopped.</exception>
    public static async Task PrintAsync(Conversation conversation, string question, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan? firstToken = null;
        TokenUsage? usage = null;
        ChatFinish? finish = null;
        try
        {
            await foreach (ChatUpdate update in conversation.AskAsync(question, cancellationToken))
            {
                switch (update)
                {
                    case TextDelta text:
                        firstToken ??= Stopwatch.GetElapsedTime(start);
                        Console.Out.Write(text.Text);
                        Console.Out.Flush();
                        break;
                    case Finished finished:
                        finish = finished.Reason;
                        break;
                    case UsageUpdate counted:
                        usage = counted.Usage;
                        break;
                }
            }
        }
        finally
        {
            // A refusal leaves standard output empty; an answer, also a stopped one, ends its line.
            if (firstToken is not null)
                Console.Out.WriteLine();
        }

        if (finish == ChatFinish.Length)
            Notice.Say("(the answer was cut at the token limit)");
        if (conversation.Verbose && usage is not null)
            Notice.Say(Describe(usage, firstToken ?? TimeSpan.Zero, Stopwatch.GetElapsedTime(start)));
    }

    private static string Describe(TokenUsage usage, TimeSpan firstToken, TimeSpan total)
    {
        double decodeSeconds = (total - firstToken).TotalSeconds;
        double speed = usage.CompletionTokens > 1 && decodeSeconds > 0 ? (usage.CompletionTokens - 1) / decodeSeconds : 0;
        return $"({usage.PromptTokens} prompt tokens, first token after {firstToken.TotalMilliseconds:F0} ms, "
            + $"{usage.CompletionTokens} tokens at {speed:F1} tokens/s)";
    }
}
