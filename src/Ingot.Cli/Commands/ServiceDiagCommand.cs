using System.CommandLine;
using System.Globalization;
using Ingot.Cli.Background;
using Ingot.Cli.Diagnosis;
using Ingot.Cli.Output;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service diag</c>: everything that helps to find out what is wrong; works without a service.</summary>
internal static class ServiceDiagCommand
{
    private const int LogLines = 20;

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var logs = new Option<bool>("--logs") { Description = "Also print the end of the service's log" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "diag", "Print version, machine, catalogs and service, for finding out what is wrong", "foundry service diag", "foundry service diag -o json")
        {
            logs, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DiagnosisFacts facts = await Examination.ReadAsync(context, cancellationToken);
            if (parsed.GetValue(output) == OutputForm.Json)
            {
                JsonOutput.Print(context, facts);
                return ExitCode.Success;
            }

            Print(context, facts);
            if (parsed.GetValue(logs))
            {
                context.Print("");
                using var reader = new LogReader(context.Files.Log);
                await reader.PrintEndAsync(context.Output, LogLines, cancellationToken);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(CommandContext context, DiagnosisFacts facts)
    {
        Listing listing = Listing.OfFacts();
        listing.AddFact("Ingot", Machine.Shorten(facts.Version));
        listing.AddFact(".NET", facts.DotNet);
        listing.AddFact("System", $"{facts.OperatingSystem} ({facts.Architecture})");
        listing.AddFact("Processor", facts.Processor);
        listing.AddFact("Cores", facts.Cores.ToString(CultureInfo.InvariantCulture));
        listing.AddFact("Instruction sets", string.Join(", ", facts.ProcessorFeatures));
        listing.AddFact("Memory", Amount.OfBytes(facts.MemoryBytes));
        listing.AddFact("Configuration", $"{facts.ConfigurationFile}{(File.Exists(facts.ConfigurationFile) ? "" : " (not there; defaults apply)")}");
        listing.AddFact("Cache", $"{facts.Cache.Folder} ({facts.Cache.Models} models, {Amount.OfBytes(facts.Cache.FreeBytes)} free)");
        listing.AddFact("Catalog", $"{facts.Models} models");
        foreach (CatalogFacts catalog in facts.Catalogs)
            listing.AddFact($"  {(catalog.Healthy ? "✔" : "✘")} {catalog.Name}", catalog.Reason ?? "healthy");
        listing.AddFact("Execution providers", string.Join(", ", facts.ExecutionProviders.Where(provider => provider.Available).Select(provider => provider.Name)));
        listing.AddFact("  not here", string.Join(", ", facts.ExecutionProviders.Where(provider => !provider.Available).Select(provider => provider.Name)));
        ServiceFacts service = facts.Service;
        listing.AddFact("Service", service.Running ? $"running on {service.Endpoint}, PID {service.ProcessId}, version {Machine.Shorten(service.Version)}" : "stopped");
        listing.AddFact("Log", service.LogFile);
        listing.Print(context);
        foreach (string warning in facts.Warnings)
            context.Print($"⚠ {warning}");
    }
}
