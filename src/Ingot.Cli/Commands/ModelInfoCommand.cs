using System.CommandLine;
using System.Globalization;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model info &lt;model&gt;</c>: what is known of one model.</summary>
internal static class ModelInfoCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string> model = ModelCommands.ModelArgument(context);
        var license = new Option<bool>("--license") { Description = "Print the license only" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "info", "Describe a model", "foundry model info ingot-tiny-chat", "foundry model info ingot-tiny-chat --license")
        {
            model, license, output,
        };
        command.Aliases.Add("show");
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(model)!, parsed.GetValue(license), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, bool licenseOnly, OutputForm form, CancellationToken cancellationToken)
    {
        await using IngotServices services = context.CreateServices();
        ModelEntry entry = await services.Catalog.FindOrOpenAsync(name, cancellationToken);
        ModelFacts model = ModelFacts.Of(entry, services) with { Runner = services.Runners.Of(entry) };
        if (licenseOnly)
            context.Print(entry.LicenseDescription ?? entry.License ?? "The catalog names no license.");
        else if (form == OutputForm.Json)
            JsonOutput.Print(context, model);
        else
            Print(context, model);
        return ExitCode.Success;
    }

    private static void Print(CommandContext context, ModelFacts model)
    {
        Listing facts = Listing.OfFacts();
        facts.AddFact("Model ID", model.Id);
        facts.AddFact("Alias", model.Alias);
        facts.AddFact("Name", model.DisplayName);
        facts.AddFact("Publisher", model.Publisher);
        facts.AddFact("Task", model.Task);
        facts.AddFact("Device", $"{model.Device} ({model.ExecutionProvider}){(model.Obstacle is { } obstacle ? $": {obstacle}" : "")}");
        facts.AddFact("Runner", model.Runner is { } runner ? $"{(runner.Runner.Length > 0 ? $"{runner.Runner} on {runner.Provider}" : "none here")}: {runner.Reason}" : null);
        facts.AddFact("Acceleration", model.Runner?.Acceleration is { } acceleration ? $"{(acceleration.IsUsed ? "yes" : "no")}: {acceleration.Reason}" : null);
        facts.AddFact("Context length", model.ContextLength?.ToString(CultureInfo.InvariantCulture));
        facts.AddFact("Tool calling", YesOrNo(model.SupportsToolCalling));
        facts.AddFact("Reasoning", YesOrNo(model.SupportsReasoning));
        facts.AddFact("File size", model.FileSizeMb is { } megabytes ? string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB") : null);
        facts.AddFact("License", model.License);
        facts.AddFact("Source", model.Uri);
        facts.AddFact("Folder", model.Folder ?? "not on this machine");
        facts.Print(context);
    }

    private static string? YesOrNo(bool? value) => value switch
    {
        true => "yes",
        false => "no",
        null => null,
    };
}
