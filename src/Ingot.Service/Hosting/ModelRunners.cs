using System.Collections.Concurrent;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;

namespace Ingot.Service.Hosting;

/// <summary>What computes models, or would. Reads a graph once as long as its folder stays as it is. Thread-safe.</summary>
/// <param name="models">What is in memory.</param>
/// <param name="store">Where models' files are.</param>
/// <param name="options">Which runner is asked for.</param>
public sealed class ModelRunners(ModelHost models, ModelStore store, IngotOptions options)
{
    // Of models that are on one machine; should there be more, the oldest are read again.
    private const int MostKept = 1024;

    private readonly ConcurrentDictionary<string, (int Stamp, RunnerFacts Facts)> _forecasts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells what computes a model that is in memory, or what would compute one that is on this machine. Loads no weights.</summary>
    /// <param name="entry">The model.</param>
    /// <returns>The runner (empty where nobody here would run it) and why; null for a model that is not on this machine.</returns>
    public RunnerFacts? Of(ModelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (models.States.FirstOrDefault(state => string.Equals(state.Entry.Id, entry.Id, StringComparison.OrdinalIgnoreCase)) is { Runner: { } runner })
            return runner;
        if (!store.IsCached(entry))
            return null;
        var path = store.GetPath(entry);
        var stamp = ModelFiles.Stamp(path);
        if (_forecasts.TryGetValue(entry.Id, out var known) && known.Stamp == stamp)
            return known.Facts;
        if (_forecasts.Count >= MostKept)
            _forecasts.Clear();
        var facts = Forecast(entry, path);
        _forecasts[entry.Id] = (stamp, facts);
        return facts;
    }

    private RunnerFacts Forecast(ModelEntry entry, string path)
    {
        try
        {
            var folder = ModelFolder.Open(path);
            return RunnerForecast.Of(folder, ModelLoader.RuntimeOf(entry, null, options.Runner, options.ProviderFallback, folder) with { Acceleration = options.Acceleration });
        }
        catch (IngotException refusal)
        {
            return new RunnerFacts("", ExecutionProviders.Cpu, refusal.Message);
        }
    }
}
