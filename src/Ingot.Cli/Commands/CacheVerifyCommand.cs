using System.CommandLine;
using Ingot.Cli.Completion;
using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache verify [model]</c>: reads models' files and compares them with the hashes they came with.</summary>
internal static class CacheVerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string?> model = ModelCommands.Named(ModelNames.Complete(
            context,
            new Argument<string?>("model")
            {
                Description = "A model's alias, name or id; without it, every model in the cache",
                Arity = ArgumentArity.ZeroOrOne,
            },
            cachedOnly: true));
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "verify", "Compare models' files with the hashes they came with", "foundry cache verify", "foundry cache verify qwen2.5-0.5b") { model, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(model), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string? name, OutputForm form, CancellationToken cancellationToken)
    {
        using var interrupts = new InterruptToken(cancellationToken);
        await using IngotServices services = context.CreateServices();
        IReadOnlyList<ModelEntry> entries = name is null
            ? await CacheCommands.ListAsync(services, cancellationToken)
            : [await services.Catalog.FindAsync(name, cancellationToken)];
        var checks = new List<CheckFacts>();
        foreach (ModelEntry entry in entries)
        {
            FolderCheckResult result = await services.Store.VerifyAsync(entry, interrupts.Token);
            checks.Add(new CheckFacts(entry.Id, StateOf(result), result.Files, result.Faults));
            if (form == OutputForm.Text)
                Print(context, checks[^1]);
        }

        if (form == OutputForm.Json)
            JsonOutput.Print<IReadOnlyList<CheckFacts>>(context, checks);
        return checks.All(check => check.Faults.Count == 0) ? ExitCode.Success : ExitCode.Refused;
    }

    private static string StateOf(FolderCheckResult result) => result switch
    {
        { IsListed: false } => "unchecked",
        { Faults.Count: 0 } => "sound",
        _ => "damaged",
    };

    private static void Print(CommandContext context, CheckFacts check)
    {
        context.Print($"{check.Id}: " + check.State switch
        {
            "unchecked" => "not checked, since it came without a list of hashes",
            "sound" => $"sound ({check.Files} files)",
            _ => "damaged; 'foundry cache remove' and 'foundry model download' bring it anew",
        });
        foreach (string fault in check.Faults)
            context.Print($"   {fault}");
    }
}
