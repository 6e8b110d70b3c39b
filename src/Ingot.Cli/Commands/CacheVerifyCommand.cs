using System.CommandLine;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry cache verify [model]</c>: reads models' files and compares them with the hashes they came with.</summary>
internal static class CacheVerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string?> model = ModelCommands.Named(new Argument<string?>("model")
        {
            Description = "A model's alias, name or id; without it, every model in the cache",
            Arity = ArgumentArity.ZeroOrOne,
        });
        var command = new Command("verify", "Compare models' files with the hashes they came with") { model };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(model), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? name, CancellationToken cancellationToken)
    {
        await using IngotServices services = CommandServices.Create();
        IReadOnlyList<ModelEntry> entries = name is null
            ? [.. (await services.Catalog.ListAsync(cancellationToken)).Where(entry => IsInCache(services, entry))]
            : [await services.Catalog.FindAsync(name, cancellationToken)];
        bool sound = true;
        foreach (ModelEntry entry in entries)
        {
            FolderCheckResult result = await services.Store.VerifyAsync(entry, cancellationToken);
            sound &= result.Faults.Count == 0;
            Console.Out.WriteLine($"{entry.Id}: {Describe(result)}");
            foreach (string fault in result.Faults)
                Console.Out.WriteLine($"   {fault}");
        }

        return sound ? ExitCode.Success : ExitCode.Refused;
    }

    private static bool IsInCache(IngotServices services, ModelEntry entry) =>
        services.Store.IsCached(entry)
        && services.Store.GetPath(entry).StartsWith(services.Store.Location + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Describe(FolderCheckResult result) => result switch
    {
        { IsListed: false } => "not checked, since it came without a list of hashes",
        { Faults.Count: 0 } => $"sound ({result.Files} files)",
        _ => $"damaged; 'foundry cache remove' and 'foundry model download' bring it anew",
    };
}
