namespace Ingot.Cli;

/// <summary>What a chat says beside its answers: on standard error, so that standard output holds the answers alone.</summary>
internal static class Notice
{
    /// <summary>Says one line.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>Says what went wrong, in one line.</summary>
    public static void Error(string text) => Console.Error.WriteLine($"foundry: {text}");
}
