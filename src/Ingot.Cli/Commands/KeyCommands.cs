using System.CommandLine;
using System.Globalization;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Service.Callers;
using Ingot.Service.Options;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry keys …</c>: who may use the service.</summary>
internal static class KeyCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CommandContext context) => new FoundryCommand(
        "keys", "Make, list and revoke the keys that let programs use the service", "foundry keys create laptop", "foundry keys list", "foundry keys revoke laptop")
    {
        CreateCreate(context),
        CreateList(context),
        CreateRevoke(context),
    };

    private static FoundryCommand CreateCreate(CommandContext context)
    {
        Argument<string> name = ModelCommands.Named(new Argument<string>("name") { Description = "A name for it: letters, digits, dashes, dots and underscores" });
        Option<int?> requests = Limit("--requests-per-minute", "The most requests it may make in a minute; default any number");
        Option<int?> tokens = Limit("--tokens-per-minute", "The most tokens of prompts and answers it may use in a minute; default any number");
        var models = new Option<string?>("--models") { Description = "The aliases, names or ids of the models it may use, separated by commas; default all", HelpName = "a,b" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "create",
            "Make a key and print it, this once; from then on the service demands one",
            "foundry keys create laptop",
            "foundry keys create guests --requests-per-minute 60 --tokens-per-minute 20000 --models ingot-tiny-chat",
            "foundry keys create ci -o json")
        {
            name, requests, tokens, models, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = new ApiKey("", parsed.GetRequiredValue(name), default)
            {
                RequestsPerMinute = parsed.GetValue(requests),
                TokensPerMinute = parsed.GetValue(tokens),
                Models = parsed.GetValue(models)?.Split(',', StringSplitOptions.TrimEntries) ?? [],
            };
            (ApiKey key, string text) = await FileOf(context).CreateAsync(wanted, cancellationToken);
            if (parsed.GetValue(output) == OutputForm.Json)
            {
                JsonOutput.Print(context, NewKeyFacts.Of(key, text));
            }
            else
            {
                context.Print(text);
                context.Say($"This is the key '{key.Name}'. It is kept nowhere and shown only now; send it in 'api-key' or 'Authorization: Bearer'.");
            }

            if (OptionBook.List(context.Environment).Options.Any(state => state is { Key: "auth", Value: "none" }))
                context.Say("The option 'auth' is 'none', so that the service demands no key; 'foundry service set auth=auto' changes that.");
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundryCommand CreateList(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand("list", "List the keys that are valid", "foundry keys list", "foundry keys list -o json") { output };
        command.Aliases.Add("ls");
        command.SetAction(parsed =>
        {
            IReadOnlyList<KeyFacts> keys = [.. FileOf(context).Read().Select(KeyFacts.Of)];
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, keys);
            else if (keys.Count == 0)
                context.Print("No key is valid.");
            else
                Print(context, keys);
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundryCommand CreateRevoke(CommandContext context)
    {
        Argument<string> name = ModelCommands.Named(new Argument<string>("name") { Description = "The key's name or id" });
        name.HelpName = name.Name;
        name.CompletionSources.Add(_ => Names(context));
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand("revoke", "End a key; a running service refuses it at once", "foundry keys revoke laptop") { name, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ApiKey key = await FileOf(context).RevokeAsync(parsed.GetRequiredValue(name), cancellationToken);
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, KeyFacts.Of(key));
            else
                context.Print($"The key '{key.Name}' is revoked.");
            return ExitCode.Success;
        });
        return command;
    }

    // Typing waits for this: what goes wrong offers nothing.
    private static IEnumerable<string> Names(CommandContext context)
    {
        try
        {
            return FileOf(context).Read().Select(key => key.Name);
        }
        catch (IngotException)
        {
            return [];
        }
    }

    private static ApiKeyFile FileOf(CommandContext context) => new(context.Files.Home, TimeProvider.System);

    private static Option<int?> Limit(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "number" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError($"{name} must be 1 or more.");
        });
        return option;
    }

    private static void Print(CommandContext context, IReadOnlyList<KeyFacts> keys)
    {
        var listing = new Listing("Name", "Id", "Made", "Requests/min", "Tokens/min", "Models") { LessImportant = ["Id", "Made"] };
        foreach (KeyFacts key in keys)
        {
            listing.Add(
                key.Name,
                key.Id,
                DateTimeOffset.FromUnixTimeSeconds(key.CreatedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                key.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture),
                key.TokensPerMinute?.ToString(CultureInfo.InvariantCulture),
                string.Join(' ', key.Models));
        }

        listing.Print(context);
    }
}
