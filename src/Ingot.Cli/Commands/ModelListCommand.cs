using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ingot.Cli.Output;
using Ingot.Errors;
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
        var filters = new Option<IReadOnlyList<ModelFilter>>("--filter")
        {
            Description = "Only models with this text in alias, id, publisher or task, or with this alias, device, provider or task: key=value, key=!value, alias=begin*",
            HelpName = "text|key=value",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = ReadFilters,
        };
        filters.CompletionSources.Add(_ => ModelFilter.Keys.Select(key => $"{key}="));
        var refresh = new Option<bool>("--refresh") { Description = "Ask the catalogs on the network first, however fresh their lists are" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "list",
            "List the models of the catalog",
            "foundry model list",
            "foundry model list --cached",
            "foundry model list --filter qwen -o json",
            "foundry model list --filter device=GPU --filter alias=phi*",
            "foundry model list --refresh")
        {
            cached, filters, refresh, output,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            IReadOnlyList<ModelFilter> wanted = parsed.GetValue(filters) ?? [];
            return RunAsync(
                context,
                model => wanted.All(filter => filter.Lets(model)),
                parsed.GetValue(cached),
                parsed.GetValue(refresh),
                parsed.GetValue(output),
                cancellationToken);
        });
        return command;
    }

    private static IReadOnlyList<ModelFilter> ReadFilters(ArgumentResult result)
    {
        try
        {
            return [.. result.Tokens.Select(token => ModelFilter.Parse(token.Value))];
        }
        catch (FormatException fault)
        {
            result.AddError(fault.Message);
            return [];
        }
    }

    private static async Task<int> RunAsync(
        CommandContext context, Func<ModelFacts, bool> isWanted, bool cachedOnly, bool refresh, OutputForm form, CancellationToken cancellationToken)
    {
        await using IngotServices services = context.CreateServices();
        if (refresh && services.Options.Offline)
            throw new IngotException(ErrorCode.InvalidValue, "Ingot is set to stay offline, so no catalog can be asked; leave out --refresh.");
        IReadOnlyList<ModelEntry> entries = refresh
            ? await services.Catalog.UpdateAsync(cancellationToken)
            : await services.Catalog.ListAsync(cancellationToken);
        IReadOnlyList<ModelFacts> models =
        [
            .. entries
                .Select(entry => ModelFacts.Of(entry, services))
                .Concat(context.OpenProviders().Models.Select(ModelFacts.Of))
                .OrderBy(model => model.Alias, StringComparer.OrdinalIgnoreCase)
                .Where(model => isWanted(model) && (model.IsCached || !cachedOnly)),
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
                model.IsCached ? "yes" : model.Device == ModelFacts.Elsewhere ? $"at {model.Publisher}" : "no",
                model.Id);
            previous = model.Alias;
        }

        listing.Print(context);
        return ExitCode.Success;
    }
}
