using System.CommandLine;
using System.Globalization;
using Ingot.Cli.Background;
using Ingot.Cli.Output;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service ps</c>: the models in the service's memory.</summary>
internal static class ServicePsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand("ps", "List the models in the service's memory", "foundry service ps", "foundry service ps -o json") { output };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(output), cancellationToken));
        return command;
    }

    /// <summary>Prints them for people.</summary>
    public static void Print(CommandContext context, IReadOnlyList<LoadedFacts> models)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var listing = new Listing("Alias", "Model ID", "State", "Provider", "Runner", "Memory", "Requests", "Loaded", "Unloads")
        {
            LessImportant = ["Runner", "Provider", "Loaded", "Alias", "State"],
        };
        foreach (LoadedFacts model in models)
        {
            listing.Add(
                model.Alias,
                model.Id,
                model.State,
                model.ExecutionProvider,
                model.Runner,
                model.MemoryBytes is { } bytes ? Amount.OfBytes(bytes) : null,
                model.ActiveRequests.ToString(CultureInfo.InvariantCulture),
                model.LoadedAt is { } loaded ? $"{Amount.OfTime(now - DateTimeOffset.FromUnixTimeSeconds(loaded))} ago" : null,
                Unloads(model, now));
        }

        listing.Print(context);
    }

    private static async Task<int> RunAsync(CommandContext context, OutputForm form, CancellationToken cancellationToken)
    {
        using RunningService service = await new ServiceControl(context).GetAsync(cancellationToken);
        IReadOnlyList<LoadedFacts> models = await service.Client.ListLoadedAsync(cancellationToken);
        if (form == OutputForm.Json)
            JsonOutput.Print(context, models);
        else if (models.Count == 0)
            context.Print("No model is loaded.");
        else
            Print(context, models);
        return ExitCode.Success;
    }

    private static string Unloads(LoadedFacts model, DateTimeOffset now) => model switch
    {
        { ActiveRequests: > 0 } => "in use",
        { Pinned: true } => "never",
        { ExpiresAt: { } expires } => $"in {Amount.OfTime(DateTimeOffset.FromUnixTimeSeconds(expires) - now)}",
        _ => "never",
    };
}
