using System.Text;

namespace Ingot.Cli.Chat;

/// <summary>
/// Reads one message of one or more lines. A line that ends in a backslash goes on in the next; three quotes open a block
/// that three quotes close.
/// </summary>
/// <param name="readLine">Gives the next line; null at the end of input.</param>
/// <param name="prompt">Called before each line; true when the line continues a message.</param>
internal sealed class MessageReader(Func<string?> readLine, Action<bool> prompt)
{
    private const string Quotes = "\"\"\"";

    /// <summary>The next message, without surrounding white space; null at the end of input.</summary>
    public string? Read()
    {
        prompt(false);
        if (readLine() is not { } line)
            return null;

        return line.TrimStart().StartsWith(Quotes, StringComparison.Ordinal)
            ? ReadBlock(line.TrimStart()[Quotes.Length..])
            : ReadContinued(line).Trim();
    }

    private string ReadContinued(string line)
    {
        var message = new StringBuilder();
        while (line.EndsWith('\\'))
        {
            message.Append(line, 0, line.Length - 1).Append('\n');
            prompt(true);
            line = readLine() ?? "";
        }

        return message.Append(line).ToString();
    }

    private string ReadBlock(string line)
    {
        var message = new StringBuilder();
        while (true)
        {
            int end = line.IndexOf(Quotes, StringComparison.Ordinal);
            if (end >= 0)
                return message.Append(line, 0, end).ToString().Trim();

            message.Append(line).Append('\n');
            prompt(true);
            if (readLine() is not { } next)
                return message.ToString().Trim();
            line = next;
        }
    }
}
