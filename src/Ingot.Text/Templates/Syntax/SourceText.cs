using System.Globalization;
using Ingot.Errors;

namespace Ingot.Text.Templates.Syntax;

/// <summary>A template's source with line ends made one kind, and the words to say where in it something is.</summary>
internal sealed class SourceText
{
    private const int LongestMessage = 2000;

    public SourceText(string name, string source)
    {
        Name = name;
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Text = text.EndsWith('\n') ? text[..^1] : text;
    }

    public string Name { get; }

    /// <summary>Without the last line's end, which Jinja drops.</summary>
    public string Text { get; }

    public IngotException Error(ErrorCode code, int offset, string message, Exception? inner = null)
    {
        var before = Text.AsSpan(0, Math.Min(offset, Text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - before.LastIndexOf('\n');
        var words = message.Length > LongestMessage ? message[..LongestMessage] + "…" : message;
        return new IngotException(code, string.Create(CultureInfo.InvariantCulture, $"{Name}:{line}:{column}: {words}"), inner: inner);
    }

    public IngotException SyntaxError(int offset, string message) => Error(ErrorCode.ModelInvalid, offset, message);
}
