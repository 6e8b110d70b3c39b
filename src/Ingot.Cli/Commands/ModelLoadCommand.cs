using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Client;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model load</c> and <c>unload</c>: what the service has in memory.</summary>
internal static class ModelLoadCommand
{
    /// <summary><c>load</c>.</summary>
    public static Command CreateLoad(CommandContext context)
    {
        Argument<string> model = ModelCommands.ModelArgument(context);
        var ttl = new Option<int?>("--ttl") { Description = "Seconds it stays after its last use; default: the service's modelIdleSeconds", HelpName = "seconds" };
        var keep = new Option<bool>("--keep") { Description = "Keep it until it is unloaded by hand" };
        var provider = new Option<string?>("--ep") { Description = "What is to compute it: a name that 'foundry ep list' shows; default: what the model was made for, if it is here, else cpu", HelpName = "provider" };
        var runner = new Option<string?>("--runner") { Description = "Which runner: auto, ingot or onnxruntime; default: the service's runner", HelpName = "runner" };
        runner.AcceptOnlyFromAmong("auto", "ingot", "onnxruntime");
        Option<OutputForm> output = OutputOption.Create();
        ttl.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError("--ttl must be 1 or more.");
        });
        var command = new FoundryCommand(
            "load",
            "Bring a model into the service's memory, starting the service if need be",
            "foundry model load ingot-tiny-chat",
            "foundry model load ingot-tiny-chat --ttl 3600",
            "foundry model load ingot-tiny-chat --keep",
            "foundry model load ingot-tiny-chat --runner onnxruntime")
        {
            model, ttl, keep, provider, runner, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(ttl) is not null && result.GetResult(keep) is not null)
                result.AddError("Give --ttl or --keep, not both.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetValue(model)!;
            using var interrupts = new InterruptToken(cancellationToken);
            using RunningService service = await new ServiceControl(context).FindOrStartAsync(interrupts.Token);
            context.Say($"🕛 Loading {name}…");
            try
            {
                await service.Client.LoadAsync(name, parsed.GetValue(ttl), parsed.GetValue(keep), parsed.GetValue(provider), parsed.GetValue(runner), interrupts.Token);
            }
            catch (IngotException refusal) when (refusal.Code == ErrorCode.ModelNotFound)
            {
                await SuggestDownloadAsync(context, name, interrupts.Token);
                throw;
            }

            Print(context, parsed.GetValue(output), new ChangeFacts(name, true), $"🟢 Model {name} is loaded; the service is on {service.Url}/");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary><c>unload</c>.</summary>
    public static Command CreateUnload(CommandContext context)
    {
        Argument<string> model = ModelCommands.ModelArgument(context);
        var force = new Option<bool>("--force") { Description = "End the requests that use it" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "unload", "Take a model out of the service's memory", "foundry model unload ingot-tiny-chat", "foundry model unload ingot-tiny-chat --force")
        {
            model, force, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetValue(model)!;
            using var interrupts = new InterruptToken(cancellationToken);
            using RunningService? service = await new ServiceControl(context).FindAsync(interrupts.Token);
            bool changed = service is not null && await UnloadAsync(service.Client, name, parsed.GetValue(force), interrupts.Token);
            Print(context, parsed.GetValue(output), new ChangeFacts(name, changed), changed ? $"Model {name} is unloaded." : $"Model {name} was not loaded.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Takes a model, in every variant that is loaded, out of a service's memory.</summary>
    /// <param name="client">The service.</param>
    /// <param name="name">The model's alias, name or id.</param>
    /// <param name="force">Whether requests that use it are ended.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False when it was not loaded.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> while requests use it.</exception>
    public static async Task<bool> UnloadAsync(ServiceClient client, string name, bool force, CancellationToken cancellationToken)
    {
        IReadOnlyList<LoadedFacts> loaded = await client.ListLoadedAsync(cancellationToken);
        List<LoadedFacts> meant = [.. loaded.Where(model => IsMeant(model, name))];
        if (!force && meant.FirstOrDefault(model => model.ActiveRequests > 0) is { } used)
        {
            throw new IngotException(ErrorCode.Conflict,
                $"Model '{used.Id}' is in use by {used.ActiveRequests} request(s); wait for them, or end them with 'foundry model unload {used.Id} --force'.", "model");
        }

        // Nobody uses it, so nobody is hurt; without force, a time to live that still runs would keep it.
        foreach (LoadedFacts model in meant)
            await client.UnloadAsync(model.Id, force: true, cancellationToken);
        return meant.Count > 0;
    }

    /// <summary>Tells a model that has yet to be downloaded from one that nobody knows.</summary>
    private static async Task SuggestDownloadAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        await using IngotServices services = context.CreateServices(context.LoadOptions() with { Offline = true });
        if (await services.Catalog.FindOrDefaultAsync(name, cancellationToken) is { } entry && !services.Store.IsCached(entry))
        {
            throw new IngotException(
                ErrorCode.ModelNotFound, $"The files of model '{entry.Id}' are not on this machine; 'foundry model download {name}' brings them.", "model");
        }
    }

    private static bool IsMeant(LoadedFacts model, string name) =>
        new[] { model.Id, model.Alias, model.Id.Split(':')[0] }.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static void Print(CommandContext context, OutputForm form, ChangeFacts facts, string sentence)
    {
        if (form == OutputForm.Json)
            JsonOutput.Print(context, facts);
        else
            context.Print(sentence);
    }
}
