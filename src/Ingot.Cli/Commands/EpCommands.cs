using System.CommandLine;
using Ingot.Cli.Background;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Service;
using Ingot.Service.Hosting;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry ep …</c>: what can run models besides Ingot's own executor.</summary>
internal static class EpCommands
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CommandContext context) => new FoundryCommand(
        "ep", "List what can run models, and fetch ONNX Runtime", "foundry ep list", "foundry ep install")
    {
        CreateList(context),
        CreateInstall(context),
    };

    private static FoundryCommand CreateList(CommandContext context)
    {
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand("list", "List the execution providers and say where ONNX Runtime is", "foundry ep list", "foundry ep list -o json") { output };
        command.SetAction(parsed =>
        {
            RuntimeFacts facts = Find();
            if (parsed.GetValue(output) == OutputForm.Json)
                JsonOutput.Print(context, facts);
            else
                Print(context, facts);
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundryCommand CreateInstall(CommandContext context)
    {
        var command = new FoundryCommand("install", "Fetch ONNX Runtime with npm, in the build that this version was made with", "foundry ep install");
        command.SetAction(async (_, cancellationToken) =>
        {
            using var interrupts = new InterruptToken(cancellationToken);
            if (context.LoadOptions().Offline)
                throw new IngotException(ErrorCode.DownloadFailed, "The network is switched off (offline); ONNX Runtime cannot be fetched.");
            context.Say("Fetching ONNX Runtime…");
            string folder = await NativeRuntimes.InstallAsync(context.Files.Home, interrupts.Token);
            context.Print($"ONNX Runtime is in {folder}.");
            using RunningService? service = await new ServiceControl(context).FindAsync(interrupts.Token);
            if (service is not null)
                context.Say("The running service looks for it when it starts; 'foundry service restart' lets it.");
            return ExitCode.Success;
        });
        return command;
    }

    private static RuntimeFacts Find()
    {
        NativeRuntime runtime = NativeRuntimes.Find();
        return new RuntimeFacts(
            runtime.Version,
            runtime.Path,
            runtime.Reason,
            runtime.BuildInfo,
            [.. ExecutionProviders.Known.Select(provider => new ProviderFacts(provider.Name, provider.RuntimeName, provider.IsAvailable))]);
    }

    private static void Print(CommandContext context, RuntimeFacts facts)
    {
        var listing = new Listing("Name", "Provider", "Here");
        foreach (ProviderFacts provider in facts.Providers)
            listing.Add(provider.Name, provider.RuntimeName, Here(provider));
        listing.Print(context);
        context.Print("");
        context.Print(facts.Version is null ? facts.Reason : $"ONNX Runtime {facts.Version}. {facts.Reason}");
    }

    // Built into the library does not mean that there is anything to compute with.
    private static string Here(ProviderFacts provider) =>
        !provider.Available ? "no" : ExecutionProviders.MissingDevice(provider.Name) is { } missing ? $"no: {missing}" : "yes";
}
