using System.CommandLine;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Gateway;
using Ingot.Service;
using Ingot.Service.Providers;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry provider …</c>: models that live elsewhere.</summary>
internal static class ProviderCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CommandContext context) => new FoundryCommand(
        "provider",
        "Add, list, try and remove services elsewhere whose models this service hands requests on to",
        "foundry provider list",
        "foundry provider add deepseek https://api.deepseek.com/v1 --model deepseek-chat --key-variable DEEPSEEK_API_KEY")
    {
        ProviderAddCommand.Create(context),
        ProviderListCommand.Create(context),
        CreateRemove(context),
        CreateTest(context),
    };

    /// <summary>A required argument that names a provider.</summary>
    public static Argument<string> NameArgument(CommandContext context)
    {
        var name = new Argument<string>("name") { Description = "The provider's name", HelpName = "name" };
        name.CompletionSources.Add(_ => Names(context));
        return ModelCommands.Named(name);
    }

    /// <summary>Reads an address of the command line.</summary>
    /// <exception cref="IngotException">It is none.</exception>
    public static Uri ToAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        ? address
        : throw new IngotException(ErrorCode.InvalidValue, $"'{text}' is no address of the form https://host/v1.", "address");

    private static FoundryCommand CreateRemove(CommandContext context)
    {
        Argument<string> name = NameArgument(context);
        var models = new Option<string[]>("--model") { Description = "Remove this model only; may be given several times", HelpName = "model" };
        var addresses = new Option<string[]>("--address") { Description = "Remove this address only; may be given several times", HelpName = "address" };
        var command = new FoundryCommand(
            "remove",
            "Forget a provider, or some of its models and addresses",
            "foundry provider remove deepseek",
            "foundry provider remove cluster --address http://10.0.0.7:8000/v1")
        {
            name, models, addresses,
        };
        command.Aliases.Add("rm");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using IngotServices services = context.CreateServices();
            var providers = new ProviderService(context.OpenProviders(), services.Catalog);
            string named = parsed.GetValue(name)!;
            (string[] gone, string[] left) = (parsed.GetValue(models) ?? [], parsed.GetValue(addresses) ?? []);
            if (gone.Length + left.Length == 0)
                await providers.RemoveAsync(named, cancellationToken);
            else
                await providers.RemoveAsync(named, gone, [.. left.Select(ToAddress)], cancellationToken);
            context.Print($"Removed {string.Join(", ", gone.Length + left.Length == 0 ? [named] : gone.Concat(left))}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundryCommand CreateTest(CommandContext context)
    {
        Argument<string> name = NameArgument(context);
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "test",
            "Ask each of a provider's addresses for its models, with its key as this terminal's variables and files have it",
            "foundry provider test deepseek",
            "foundry provider test deepseek -o json")
        {
            name, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using IngotServices services = context.CreateServices();
            ModelProvider provider = new ProviderService(context.OpenProviders(), services.Catalog).Find(parsed.GetValue(name)!);
            IReadOnlyList<ProviderProbe> probes = await ProviderProbe.AskAsync(provider, GatewayOptions.Of(services.Options), cancellationToken);
            IReadOnlyList<ProbeFacts> facts = [.. probes.Select(probe => ProbeFacts.Of(probe, provider))];
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, facts);
            foreach (ProbeFacts fact in parsed.GetValue(output) == OutputForm.Json ? [] : facts)
                context.Print($"{fact.Address} {(fact.Reason is { } reason ? $"failed: {reason.TrimEnd('.')}." : $"answers in {fact.Milliseconds} ms and has {fact.Models} models.")}");
            return facts.All(fact => fact.Ok) ? ExitCode.Success : ExitCode.Refused;
        });
        return command;
    }

    private static IEnumerable<string> Names(CommandContext context)
    {
        try
        {
            return context.OpenProviders().Providers.Select(provider => provider.Name);
        }
        catch (IngotException)
        {
            return [];
        }
    }
}
