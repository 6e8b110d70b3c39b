using System.CommandLine;
using System.Globalization;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model list</c>: every model the catalog knows, grouped by alias.</summary>
internal static class ModelListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var cached = new Option<bool>("--cached") { Description = "Only models on this machine" };
        var text = new Option<string?>("--filter") { Description = "Only models with this text in alias, id, publisher or task", HelpName = "text" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "list",
            "List the models of the catalog",
            "foundry model list",
            "foundry model list --cached",
            "foundry model list --filter qwen -o json")
        {
            cached, text, output,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(cached), parsed.GetValue(text), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool cachedOnly, string? text, OutputForm form, CancellationToken cancellationToken)
    {
        await using IngotServices services = context.CreateServices();
        IReadOnlyList<ModelFacts> models =
        [
            .. (await services.Catalog.ListAsync(cancellationToken))
                .Where(entry => text is null || Has(entry, text))
                .OrderBy(entry => entry.Alias, StringComparer.OrdinalIgnoreCase)
                .Select(entry => ModelFacts.Of(entry, services))
                .Where(model => model.IsCached || !cachedOnly),
        ];
        if (form == OutputForm.Json)
        {
            JsonOutput.Print(context, models);
            return ExitCode.Success;
        }

        var listing = new Listing("Alias", "Device", "Task", "File Size", "License", "Cached", "Model ID")
        {
            LessImportant = ["License", "Task", "Device", "File Size"],
        };
        string? previous = null;
        foreach (ModelFacts model in models)
        {
            // A table groups by alias; plain lines are searched one by one.
            listing.Add(
                model.Alias == previous && context.IsTerminal ? "" : model.Alias,
                model.Device,
                model.Task,
                model.FileSizeMb is { } megabytes ? string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB") : "",
                model.License,
                model.IsCached ? "yes" : "no",
                model.Id);
            previous = model.Alias;
        }

        listing.Print(context);
        return ExitCode.Success;
    }

    private static bool Has(ModelEntry entry, string text) =>
        new[] { entry.Alias, entry.Id, entry.Publisher, entry.Task }.Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
}
