using System.Text;
using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>
/// One part of a path that means the same plain name on every system: no separators, no dots that lead elsewhere, no
/// device names, nothing that cannot be seen. Whatever becomes part of a path and came from outside passes through here.
/// </summary>
internal readonly record struct SafeName
{
    /// <summary>Room for a suffix of our own below the 255 bytes file systems allow.</summary>
    internal const int MaxBytes = 200;

    private const string Punctuation = " !#$%&'()+,-.;=@[]^_`{}~";

    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
    ];

    private readonly string? _value;

    private SafeName(string value) => _value = value;

    /// <summary>The name, exactly as it was given.</summary>
    internal string Value => _value ?? throw new InvalidOperationException("A name that was never parsed has no value.");

    /// <summary>Checks a name.</summary>
    /// <param name="text">The name.</param>
    /// <param name="what">What it names, to begin the refusal with: "The file name".</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>.</exception>
    internal static SafeName Parse(string text, string what) => Fault(text) is { } fault
        ? throw new IngotException(ErrorCode.InvalidValue, $"{what} '{Shown(text)}' {fault}.")
        : new SafeName(text);

    /// <summary>Says what is wrong with a name; null when nothing is.</summary>
    internal static string? Fault(string text)
    {
        if (text.Length == 0)
            return "is empty";
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
            return $"is longer than {MaxBytes} bytes";
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && !Punctuation.Contains(c))
                return $"has the character U+{(int)c:X4}, which is not fit for file names";
        }

        if (text[0] == ' ' || text[^1] is ' ' or '.')
            return "begins with a space, or ends with a space or a dot";
        var dot = text.IndexOf('.');
        var stem = (dot < 0 ? text : text[..dot]).TrimEnd(' ');
        return Devices.Contains(stem, StringComparer.OrdinalIgnoreCase) ? "is the name of a device on Windows" : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>A text fit for a message, whatever it holds.</summary>
    internal static string Shown(string text)
    {
        var shown = new string([.. text.Take(100).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
        return text.Length > 100 ? shown + "…" : shown;
    }
}
