using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Diagnosis;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry status</c>: service, loaded models and cache on one screen.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand("status", "Show the service, its models and the cache", "foundry status", "foundry status -o json") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            OverviewFacts facts = await ReadAsync(context, cancellationToken);
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, facts);
            else
                Print(context, facts);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<OverviewFacts> ReadAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        using RunningService? service = await new ServiceControl(context).FindAsync(cancellationToken);
        IReadOnlyList<LoadedFacts> loaded = [];
        try
        {
            if (service is not null)
                loaded = await service.Client.ListLoadedAsync(cancellationToken);
        }
        catch (IngotException refusal)
        {
            warnings.Add(refusal.Message);
        }

        // What is on the disk is told without asking any network.
        await using IngotServices services = context.CreateServices(context.LoadOptions() with { Offline = true });
        CacheFacts cache = await CacheState.ReadAsync(services, cancellationToken);
        if (service is not null && service.Status.Version != Machine.Version)
            warnings.Add($"The service is of version {Machine.Shorten(service.Status.Version)}, this command of {Machine.Shorten(Machine.Version)}; 'foundry service restart' makes them one.");
        return new OverviewFacts(Machine.Version, ServiceStatusCommand.Describe(context, service), loaded, cache, warnings);
    }

    private static void Print(CommandContext context, OverviewFacts facts)
    {
        Listing listing = Listing.OfFacts();
        ServiceFacts service = facts.Service;
        listing.AddFact("Ingot", Machine.Shorten(facts.Version));
        listing.AddFact("Service", service.Running ? $"🟢 running on {service.Endpoint}, PID {service.ProcessId}{Since(service)}" : "🔴 stopped; 'foundry service start' starts it");
        if (service.Running)
            listing.AddFact("Models loaded", $"{facts.Loaded.Count}");
        listing.AddFact("Models cached", $"{facts.Cache.Models} in {facts.Cache.Folder} ({Amount.OfBytes(facts.Cache.FreeBytes)} free)");
        listing.AddFact("Log", service.LogFile);
        listing.Print(context);
        if (facts.Loaded.Count > 0)
        {
            context.Print("");
            ServicePsCommand.Print(context, facts.Loaded);
        }

        foreach (string warning in facts.Warnings)
            context.Print($"⚠ {warning}");
    }

    private static string Since(ServiceFacts service) => service.StartedAt is > 0 and { } started
        ? $", for {Amount.OfTime(TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(started))}"
        : "";
}
