using System.CommandLine;
using System.Globalization;
using Ingot.Models.Catalog;
using Ingot.Service;
using Spectre.Console;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model list</c>: every model the catalog knows, grouped by alias.</summary>
internal static class ModelListCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("list", "List the models of the catalog");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using IngotServices services = CommandServices.Create();
        IReadOnlyList<ModelEntry> entries = await services.Catalog.ListAsync(cancellationToken);

        Table table = new Table().Border(TableBorder.Simple)
            .AddColumns("Alias", "Device", "Task", "File Size", "License", "Cached", "Model ID");
        string? previous = null;
        foreach (ModelEntry entry in entries.OrderBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase))
        {
            table.AddRow(
                Markup.Escape(entry.Alias == previous ? "" : entry.Alias),
                Markup.Escape(entry.DeviceType.ToString()),
                Markup.Escape(entry.Task ?? ""),
                entry.FileSizeMb is { } megabytes ? string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB") : "",
                Markup.Escape(entry.License ?? ""),
                services.Store.IsCached(entry) ? "yes" : "no",
                Markup.Escape(entry.Id));
            previous = entry.Alias;
        }

        TerminalOutput.Create().Write(table);
        return ExitCode.Success;
    }
}
