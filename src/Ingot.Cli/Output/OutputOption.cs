using System.CommandLine;

namespace Ingot.Cli.Output;

/// <summary>How a command prints its data.</summary>
internal enum OutputForm
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: one JSON value, and nothing else on standard output.</summary>
    Json,
}

/// <summary><c>-o json</c>, on every command that prints data.</summary>
internal static class OutputOption
{
    private static readonly string[] Forms = ["text", "json"];

    /// <summary>The option.</summary>
    public static Option<OutputForm> Create()
    {
        var option = new Option<OutputForm>("--output", "-o")
        {
            Description = "Print text or json",
            HelpName = string.Join('|', Forms),
            CustomParser = result =>
            {
                if (Enum.TryParse(result.Tokens[^1].Value, ignoreCase: true, out OutputForm form) && Enum.IsDefined(form))
                    return form;
                result.AddError($"--output is {string.Join(" or ", Forms)}, not '{result.Tokens[^1].Value}'.");
                return default;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(Forms);
        return option;
    }
}
