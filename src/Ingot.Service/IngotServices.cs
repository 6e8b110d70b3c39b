using Ingot.Engine;
using Ingot.Errors;
using Ingot.Models.Azure;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Service.Chat;
using Ingot.Service.Completions;
using Ingot.Service.Downloads;
using Ingot.Service.Embeddings;
using Ingot.Service.Hosting;
using Ingot.Service.Storage;
using Ingot.Service.Tokens;
using Microsoft.Extensions.Logging;

namespace Ingot.Service;

/// <summary>
/// Everything Ingot does, put together once: server, SDK and command line all stand on it. Dispose it to end what is under
/// way and free the models.
/// </summary>
public sealed class IngotServices : IAsyncDisposable
{
    private IngotServices(IngotOptions options, ModelCatalog catalog, ModelStore store, ModelHost models, TimeProvider time, AnswerStore answers)
    {
        (Options, Catalog, Store, Models, Time, Answers) = (options, catalog, store, models, time, answers);
        Chat = new ChatService(models, options);
        Completions = new CompletionService(models, options);
        Tokens = new TokenService(models);
        Embeddings = new EmbeddingService(models);
        Runners = new ModelRunners(models, store, options);
    }

    /// <summary>What it was made from.</summary>
    public IngotOptions Options { get; }

    /// <summary>Which models exist.</summary>
    public ModelCatalog Catalog { get; }

    /// <summary>Which models' files are on this machine.</summary>
    public ModelStore Store { get; }

    /// <summary>Which models are in memory.</summary>
    public ModelHost Models { get; }

    /// <summary>What computes models, or would.</summary>
    public ModelRunners Runners { get; }

    /// <summary>Answers conversations.</summary>
    public ChatService Chat { get; }

    /// <summary>Continues texts.</summary>
    public CompletionService Completions { get; }

    /// <summary>Turns text into tokens and back.</summary>
    public TokenService Tokens { get; }

    /// <summary>Makes vectors of texts.</summary>
    public EmbeddingService Embeddings { get; }

    /// <summary>Keeps answers for later requests.</summary>
    public AnswerStore Answers { get; }

    /// <summary>The clock all of it goes by.</summary>
    public TimeProvider Time { get; }

    /// <summary>Puts everything together. Reads no file and starts no thread yet.</summary>
    /// <param name="options">The options.</param>
    /// <param name="loggers">Where to log; the caller owns it.</param>
    /// <exception cref="IngotException">The options are wrong; the message names every mistake.</exception>
    public static IngotServices Create(IngotOptions options, ILoggerFactory loggers) => Create(options, loggers, TimeProvider.System);

    /// <summary>Puts everything together around a clock and, if given, another way to load models.</summary>
    internal static IngotServices Create(
        IngotOptions options,
        ILoggerFactory loggers,
        TimeProvider time,
        Func<LoadPlan, CancellationToken, Task<LoadedModel>>? load = null)
    {
        options.Validate();
        var store = new ModelStore(options.ModelCacheDirectory, options.Downloads, new ArrivalCompiler());
        var copies = Path.Combine(store.Location, ".catalogs");
        ICatalogSource[] sources =
        [
            .. options.CatalogPaths.Select(path => Directory.Exists(path) ? (ICatalogSource)new FolderSource(path) : new CatalogFileSource(path)),
            .. options.CatalogUrls.Select(url => new HttpCatalogSource(new Uri(url), copies, options.Downloads)),
            new KnownModelsSource(),
            .. options.AzureCatalog ? [new AzureCatalogSource(copies, options.Downloads)] : Array.Empty<ICatalogSource>(),
            new FolderSource(store.Location),
            new BuiltInSource(),
        ];
        var catalog = new ModelCatalog(sources, loggers.CreateLogger<ModelCatalog>(), runs: entry => ExecutionProviders.ObstacleOf(entry) is null);
        var loader = new ModelLoader(options, store, loggers);
        var memory = new MemoryBudget(options.MemoryBudgetBytes, loader.Estimate, MachineMemory.FreeBytes);
        var models = new ModelHost(catalog, store, load ?? loader.LoadAsync, loggers.CreateLogger<ModelHost>(), time, options.ModelIdleTime, memory);
        return new IngotServices(options, catalog, store, models, time, new AnswerStore(options, loggers.CreateLogger<AnswerStore>(), time));
    }

    /// <summary>Ends what is under way and frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        await Models.DisposeAsync();
        await Answers.DisposeAsync();
        await Catalog.DisposeAsync();
    }
}
