using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>What would compute models, told without loading them.</summary>
public static class ModelRunners
{
    /// <summary>Tells what would compute a model that is on this machine.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="services">Where its files are, and the options.</param>
    /// <returns>The runner (empty where nobody here would run it) and why; null for a model that is not on this machine.</returns>
    public static RunnerFacts? Forecast(ModelEntry entry, IngotServices services)
    {
        if (!services.Store.IsCached(entry))
            return null;
        try
        {
            var folder = ModelFolder.Open(services.Store.GetPath(entry));
            return RunnerForecast.Of(folder, ModelLoader.RuntimeOf(entry.Id, null, services.Options.Runner, services.Options.ProviderFallback, folder));
        }
        catch (IngotException refusal)
        {
            return new RunnerFacts("", ExecutionProviders.Cpu, refusal.Message);
        }
    }
}
