using System.CommandLine;
using System.Globalization;
using Ingot.Models.Catalog;
using Ingot.Service;
using Spectre.Console;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model info &lt;model&gt;</c>: what is known of one model.</summary>
internal static class ModelInfoCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> model = ModelCommands.ModelArgument();
        var license = new Option<bool>("--license") { Description = "Print the license only" };
        var command = new Command("info", "Describe a model") { model, license };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(model)!, parsed.GetValue(license), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, bool licenseOnly, CancellationToken cancellationToken)
    {
        await using IngotServices services = CommandServices.Create();
        ModelEntry entry = await services.Catalog.FindOrOpenAsync(name, cancellationToken);
        if (licenseOnly)
        {
            Console.Out.WriteLine(entry.LicenseDescription ?? entry.License ?? "The catalog names no license.");
            return ExitCode.Success;
        }

        var grid = new Grid();
        grid.AddColumns(2);
        foreach ((string field, string? value) in Fields(entry, services))
        {
            if (!string.IsNullOrEmpty(value))
                grid.AddRow(Markup.Escape(field), Markup.Escape(value));
        }

        TerminalOutput.Create().Write(grid);
        return ExitCode.Success;
    }

    private static IEnumerable<(string Field, string? Value)> Fields(ModelEntry entry, IngotServices services)
    {
        yield return ("Model ID", entry.Id);
        yield return ("Alias", entry.Alias);
        yield return ("Name", entry.DisplayName);
        yield return ("Publisher", entry.Publisher);
        yield return ("Task", entry.Task);
        yield return ("Device", $"{entry.DeviceType} ({entry.ExecutionProvider})");
        yield return ("Context length", entry.ContextLength?.ToString(CultureInfo.InvariantCulture));
        yield return ("Tool calling", entry.SupportsToolCalling is { } tools ? (tools ? "yes" : "no") : null);
        yield return ("File size", entry.FileSizeMb is { } megabytes ? string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB") : null);
        yield return ("License", entry.License);
        yield return ("Source", entry.Uri);
        yield return ("Folder", services.Store.IsCached(entry) ? services.Store.GetPath(entry) : "not on this machine");
    }
}
