using Ingot.Engine;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Hosting;

/// <summary>Turns a catalog entry into a model in memory, on a thread of its own: reading weights takes seconds and never waits.</summary>
internal sealed class ModelLoader(IngotOptions options, ModelStore store, ILoggerFactory loggers)
{
    internal Task<LoadedModel> LoadAsync(LoadPlan plan, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Load(plan, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Tells what a model will need, from its files alone.</summary>
    /// <exception cref="IngotException">It is not on this machine, or its configuration is wrong.</exception>
    internal ModelNeed Estimate(ModelEntry entry)
    {
        try
        {
            return ModelFiles.Estimate(store.GetPath(entry), options);
        }
        catch (IngotException refusal) when (refusal.Param is null)
        {
            throw new IngotException(refusal.Code, refusal.Message, "model", refusal);
        }
    }

    private LoadedModel Load(LoadPlan plan, CancellationToken cancellationToken)
    {
        var entry = plan.Entry;
        try
        {
            var folder = ModelFolder.Open(store.GetPath(entry));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var tokenizer = ReadTokenizer(folder, stop);
            try
            {
                return folder.Config.Pooling is null
                    ? PutTogether(InferenceEngine.Load(folder, EngineOptionsFor(plan, folder), loggers, stop.Token), engine => new LoadedModel(entry, folder, Outcome(tokenizer), engine, options.ContextLengthLimit))
                    : PutTogether(Embedder.Load(folder, EngineOptionsFor(plan, folder), loggers, stop.Token), embedder => new LoadedModel(entry, folder, Outcome(tokenizer), embedder, options.ContextLengthLimit));
            }
            catch
            {
                // What is wrong with it is why the weights were given up, or comes before what is wrong with them.
                Outcome(tokenizer);
                throw;
            }
        }
        catch (IngotException refusal) when (refusal.Param is null)
        {
            throw new IngotException(refusal.Code, refusal.Message, "model", refusal);
        }
        catch (OutOfMemoryException exception)
        {
            throw new IngotException(ErrorCode.InsufficientMemory, $"There is not enough memory to load model '{entry.Id}'.", "model", exception);
        }
    }

    // A large vocabulary takes as long as many weights, and neither needs the other.
    private static Task<Tokenizer> ReadTokenizer(ModelFolder folder, CancellationTokenSource stop) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                return Tokenizer.Load(folder.Path);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static Tokenizer Outcome(Task<Tokenizer> tokenizer) => tokenizer.GetAwaiter().GetResult();

    private static LoadedModel PutTogether<T>(T computes, Func<T, LoadedModel> together)
        where T : IDisposable
    {
        try
        {
            return together(computes);
        }
        catch
        {
            computes.Dispose();
            throw;
        }
    }

    private EngineOptions EngineOptionsFor(LoadPlan plan, ModelFolder folder) => new()
    {
        Name = plan.Entry.Id,
        MaxSequences = options.MaxSequences,
        QueueCapacity = options.QueueCapacity,
        MaxDraftTokens = options.MaxDraftTokens,
        KvCacheBytes = plan.CacheBytes is > 0 ? plan.CacheBytes : options.KvCacheMegabytes is { } megabytes ? (long)megabytes << 20 : null,
        KvCache = options.KvCache,
        PrefixCache = options.PrefixCache,
        ThreadCount = options.ThreadCount,
        Runtime = RuntimeOf(plan.Entry, plan.ExecutionProvider, plan.Runner ?? options.Runner, options.ProviderFallback, folder) with
        {
            Acceleration = options.Acceleration,
            AccelerationBytes = plan.SpareBytes,
        },
    };

    /// <summary>What is to compute a model.</summary>
    internal static RuntimeOptions RuntimeOf(ModelEntry entry, string? provider, RunnerPreference runner, bool fallback, ModelFolder folder)
    {
        // Who asks for our own runner asks for the processor.
        var (name, preface) = provider is not null || runner is RunnerPreference.Ingot
            ? (provider ?? ExecutionProviders.Cpu, "")
            : VariantProviders.Here.Choose(entry, folder.Config.ExecutionProviders);
        return new RuntimeOptions
        {
            Runner = runner,
            Target = ExecutionProviders.TargetOf(name, name is ExecutionProviders.Cpu ? 0 : new GpuDeviceFile(IngotOptions.HomeFolder).Read()),
            FallBackToCpu = fallback,
            Preface = preface,
            Library = ExecutionProviders.Library,
        };
    }
}

/// <summary>A load that is to happen.</summary>
/// <param name="Entry">The model.</param>
/// <param name="ExecutionProvider">What is to compute it: a name of <see cref="ExecutionProviders"/>; null: as the model says.</param>
/// <param name="CacheBytes">Bytes its key-value cache may take; null means as the options say.</param>
internal sealed record LoadPlan(ModelEntry Entry, string? ExecutionProvider, long? CacheBytes)
{
    /// <summary>Which runner; null means as the options say.</summary>
    internal RunnerPreference? Runner { get; init; }

    /// <summary>Bytes it may take besides its weights and its cache; null: as the machine has them.</summary>
    internal long? SpareBytes { get; init; }
}
