using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Service.Providers;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry provider list</c>: the providers, and what the running service knows of them.</summary>
internal static class ProviderListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "list", "List the providers, their models and keys, and whether the running service reaches them", "foundry provider list", "foundry provider list -o json")
        {
            output,
        };
        command.Aliases.Add("ls");
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, OutputForm form, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelProvider> providers = context.OpenProviders().Providers;
        (IReadOnlyList<ReplicaFacts>? states, string? why) = providers.Count > 0 ? await AskAsync(context, cancellationToken) : (null, null);
        ModelProviderFacts[] facts =
        [
            .. providers.Select(provider => ModelProviderFacts.Of(provider) with
            {
                Replicas = states?.Where(state => state.Provider.Equals(provider.Name, StringComparison.OrdinalIgnoreCase)).ToArray(),
            }),
        ];
        if (form == OutputForm.Json)
            JsonOutput.Print<IReadOnlyList<ModelProviderFacts>>(context, facts);
        else
            Print(context, providers, facts);
        if (why is not null)
            context.Say(why);
        return ExitCode.Success;
    }

    private static async Task<(IReadOnlyList<ReplicaFacts>? States, string? Why)> AskAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using RunningService? service = await new ServiceControl(context).FindAsync(cancellationToken);
        if (service is null)
            return (null, "No service runs, so that nothing is known of their states; 'foundry provider test <name>' asks a provider.");
        try
        {
            return (await service.Client.ListReplicasAsync(cancellationToken), null);
        }
        catch (IngotException exception)
        {
            return (null, $"The running service does not tell their states: {exception.Message}");
        }
    }

    private static void Print(CommandContext context, IReadOnlyList<ModelProvider> providers, IReadOnlyList<ModelProviderFacts> facts)
    {
        var listing = new Listing("Name", "Model", "Model There", "State", "Addresses", "Key") { LessImportant = ["Model There", "Key"] };
        foreach ((ModelProvider provider, ModelProviderFacts fact) in providers.Zip(facts))
        {
            foreach (ProviderModel model in provider.Models)
                listing.Add(provider.Name, model.LocalName, model.Name, StateOf(fact.Replicas), string.Join(" ", provider.Addresses), provider.Key?.ToString() ?? "none");
        }

        listing.Print(context);
    }

    // A provider that was added this moment may not be among them yet.
    private static string? StateOf(IReadOnlyList<ReplicaFacts>? replicas) => replicas switch
    {
        null or [] => null,
        [{ Reason: null } only] => only.State,
        [var only] => $"{only.State}: {only.Reason}",
        _ => $"{replicas.Count(replica => replica.State == "up")} of {replicas.Count} up",
    };
}
