using System.CommandLine;
using Ingot.Cli.Output;
using Ingot.Service;
using Ingot.Service.Providers;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry provider add</c>: a service elsewhere, or more of one that is known.</summary>
internal static class ProviderAddCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("name") { Description = "What the provider is called here" };
        var addresses = new Argument<string[]>("address")
        {
            Description = "Where its API begins, such as https://host/v1; several are replicas that have the same models",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var models = new Option<string[]>("--model")
        {
            Description = "A model of it, and what it is called here if otherwise; may be given several times",
            HelpName = "model[=alias]",
        };
        var variable = new Option<string?>("--key-variable") { Description = "The environment variable, of the service's process, that holds its key", HelpName = "name" };
        var file = new Option<string?>("--key-file") { Description = "The file that holds its key and nothing else; only you may read it (mode 0600)", HelpName = "path" };
        var shown = new Option<string?>("--display-name") { Description = "What lists show as its models' owner" };
        var responses = new Option<bool?>("--responses") { Description = "Whether it answers /responses itself; found out by asking unless said", HelpName = "true|false" };
        var plain = new Option<bool>("--plain-http") { Description = "Let http:// go beyond this machine and private networks, where others can read it" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "add",
            "Hand requests for a model on to a service elsewhere; of one that is known already, add what is given to it",
            "foundry provider add deepseek https://api.deepseek.com/v1 --model deepseek-chat --key-variable DEEPSEEK_API_KEY",
            "foundry provider add cluster http://10.0.0.7:8000/v1 http://10.0.0.8:8000/v1 --model meta-llama/Llama-3.1-8B=llama",
            "foundry provider add deepseek --model deepseek-reasoner=reasoner")
        {
            ModelCommands.Named(name), ModelCommands.Named(addresses), models, variable, file, shown, responses, plain, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(variable) is not null && result.GetResult(file) is not null)
                result.AddError("Give --key-variable or --key-file, not both.");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            context,
            new ModelProvider
            {
                Name = parsed.GetValue(name)!,
                DisplayName = parsed.GetValue(shown),
                Addresses = [.. (parsed.GetValue(addresses) ?? []).Select(ProviderCommands.ToAddress)],
                Models = [.. (parsed.GetValue(models) ?? []).Select(ToModel)],
                Key = ToKey(parsed.GetValue(variable), parsed.GetValue(file)),
                HasResponses = parsed.GetValue(responses),
                AllowsPlainHttp = parsed.GetValue(plain),
            },
            parsed.GetValue(output),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, ModelProvider addition, OutputForm form, CancellationToken cancellationToken)
    {
        // A file that others can read is said to be so now; a variable may be one of the service's own.
        if (addition.Key is { File: not null } key)
            ProviderKeys.Read(addition.Name, key);
        await using IngotServices services = context.CreateServices();
        var providers = new ProviderService(context.OpenProviders(), services.Catalog);
        bool isChanged = await providers.AddAsync(addition, isOwner: true, cancellationToken);
        ModelProvider provider = providers.Find(addition.Name);
        if (form == OutputForm.Json)
            JsonOutput.Print(context, ModelProviderFacts.Of(provider));
        else
            context.Print($"{(isChanged ? "Added" : "Known already:")} {provider.Name} with {string.Join(", ", provider.Models.Select(model => model.LocalName))}; a running service takes it up by itself.");
        return ExitCode.Success;
    }

    private static ProviderModel ToModel(string text)
    {
        int sign = text.LastIndexOf('=');
        return sign < 0 ? new ProviderModel(text) : new ProviderModel(text[..sign], text[(sign + 1)..]);
    }

    private static ProviderKey? ToKey(string? variable, string? file) =>
        variable is null && file is null ? null : new ProviderKey(variable, file is null ? null : Path.GetFullPath(file));
}
