using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Sdk.Tests;

/// <summary>Managers that are nobody's instance, so that several may be in one process.</summary>
internal static class OwnManager
{
    /// <summary>One with a cache below a folder and, if given, one more catalog.</summary>
    public static FoundryLocalManager Create(string folder, string? catalog = null, Configuration.WebService? web = null) => FoundryLocalManager.Create(
        new Configuration { AppName = "ingot-tests", ModelCacheDir = Path.Combine(folder, "models"), Web = web },
        NullLoggerFactory.Instance,
        options => catalog is null ? options : options with { CatalogPaths = [catalog] });
}
