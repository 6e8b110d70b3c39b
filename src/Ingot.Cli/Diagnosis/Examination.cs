using System.Runtime.InteropServices;
using Ingot.Cli.Background;
using Ingot.Cli.Commands;
using Ingot.Cli.Output;
using Ingot.Engine;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Service.Options;

namespace Ingot.Cli.Diagnosis;

/// <summary>Looks at everything Ingot depends on. What is amiss becomes a warning: a diagnosis is wanted when things are broken.</summary>
internal static class Examination
{
    private static readonly TimeSpan CatalogTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Looks.</summary>
    public static async Task<DiagnosisFacts> ReadAsync(CommandContext context, CancellationToken cancellationToken)
    {
        OptionReport report = OptionBook.List(context.Environment);
        List<string> warnings = [.. report.Mistakes.Select(mistake => $"The options are wrong: {mistake}.")];
        IngotOptions options = OptionsOrDefaults(context);
        await using IngotServices services = new CommandContext(TextWriter.Null, TextWriter.Null, isTerminal: false, context.Environment).CreateServices(options);
        using RunningService? service = await new ServiceControl(context).FindAsync(cancellationToken);
        if (service is null && ServiceLock.IsHeld(context.Files))
            warnings.Add("There is a service that does not answer; 'foundry service stop' ends it.");
        int models = await CountModelsAsync(services, warnings, cancellationToken);
        return new DiagnosisFacts(
            Machine.Version,
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            RuntimeInformation.ProcessArchitecture.ToString(),
            Machine.Processor,
            EngineOptions.MachineCores,
            [.. Machine.Features.Where(feature => feature.IsThere).Select(feature => feature.Name)],
            MachineMemory.TotalBytes,
            report.File,
            await CacheState.ReadAsync(services, cancellationToken),
            [.. services.Catalog.SourceNames.Select(name => Judge(services.Catalog, name))],
            models,
            [.. ExecutionProviders.Known.Select(provider => new ProviderFacts(provider.Name, provider.RuntimeName, provider.IsAvailable))],
            new GpuDeviceFile(context.Files.Home).Read(),
            ServiceStatusCommand.Describe(context, service),
            warnings);
    }

    private static CatalogFacts Judge(ModelCatalog catalog, string name)
    {
        CatalogProblem? problem = catalog.Problems.FirstOrDefault(problem => problem.Source == name);
        return new CatalogFacts(name, problem is null, problem?.Reason);
    }

    private static IngotOptions OptionsOrDefaults(CommandContext context)
    {
        try
        {
            return context.LoadOptions();
        }
        catch (IngotException)
        {
            // What the wrong options wanted is not known, so nothing beyond this machine is touched.
            return new IngotOptions { ModelCacheDirectory = Path.Combine(context.Files.Home, "cache", "models"), Offline = true };
        }
    }

    private static async Task<int> CountModelsAsync(IngotServices services, List<string> warnings, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(CatalogTimeout);
        try
        {
            IReadOnlyList<ModelEntry> entries = await services.Catalog.ListAsync(patience.Token);
            return entries.Count;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            warnings.Add($"The catalogs were not read within {CatalogTimeout.TotalSeconds:F0} seconds.");
            return 0;
        }
    }
}
