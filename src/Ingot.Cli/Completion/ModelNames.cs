using System.CommandLine;
using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Cli.Completion;

/// <summary>Offers models' names where one is to be typed.</summary>
internal static class ModelNames
{
    /// <summary>Lets an argument be completed with the names of the catalog.</summary>
    /// <param name="context">Whose catalog.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="cachedOnly">Whether only models on this machine are meant.</param>
    public static Argument<T> Complete<T>(CommandContext context, Argument<T> argument, bool cachedOnly = false)
    {
        // Or help would read the catalog and print all of it.
        argument.HelpName = argument.Name;
        argument.CompletionSources.Add(_ => ListAsync(context, cachedOnly).GetAwaiter().GetResult());
        return argument;
    }

    // Typing waits for this: the network is left alone, and what goes wrong offers nothing.
    private static async Task<IEnumerable<string>> ListAsync(CommandContext context, bool cachedOnly)
    {
        try
        {
            var quiet = new CommandContext(TextWriter.Null, TextWriter.Null, isTerminal: false, context.Environment);
            await using IngotServices services = quiet.CreateServices(quiet.LoadOptions() with { Offline = true });
            return [.. (await services.Catalog.ListAsync())
                .Where(entry => !cachedOnly || services.Store.IsCached(entry))
                .SelectMany(entry => new[] { entry.Alias, entry.Id })
                .Distinct(StringComparer.OrdinalIgnoreCase)];
        }
        catch (Exception exception) when (exception is IngotException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
