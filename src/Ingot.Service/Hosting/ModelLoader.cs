using Ingot.Engine;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Hosting;

/// <summary>Turns a catalog entry into a model in memory, on a thread of its own: reading weights takes seconds and never waits.</summary>
internal sealed class ModelLoader(IngotOptions options, ModelStore store, ILoggerFactory loggers)
{
    internal Task<LoadedModel> LoadAsync(ModelEntry entry, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Load(entry, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private LoadedModel Load(ModelEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var folder = ModelFolder.Open(store.GetPath(entry));
            var tokenizer = Tokenizer.Load(folder.Path);
            cancellationToken.ThrowIfCancellationRequested();
            if (folder.Config.Pooling is not null)
                return new LoadedModel(entry, folder, tokenizer, Embedder.Load(folder, EngineOptionsFor(entry), loggers, cancellationToken), options.ContextLengthLimit);
            var engine = InferenceEngine.Load(folder, EngineOptionsFor(entry), loggers, cancellationToken);
            return PutTogether(entry, folder, tokenizer, engine);
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

    private LoadedModel PutTogether(ModelEntry entry, ModelFolder folder, Tokenizer tokenizer, InferenceEngine engine)
    {
        try
        {
            return new LoadedModel(entry, folder, tokenizer, engine, options.ContextLengthLimit);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private EngineOptions EngineOptionsFor(ModelEntry entry) => new()
    {
        Name = entry.Id,
        MaxSequences = options.MaxSequences,
        QueueCapacity = options.QueueCapacity,
        KvCacheBytes = options.KvCacheMegabytes is { } megabytes ? (long)megabytes << 20 : null,
        ThreadCount = options.ThreadCount,
    };
}
