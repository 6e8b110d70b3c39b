using Ingot.Service;
using Microsoft.AI.Foundry.Local.Logging;
using Microsoft.AI.Foundry.Local.Models;
using Microsoft.Extensions.Logging;

namespace Microsoft.AI.Foundry.Local;

/// <summary>The way in: one for a process, made once. Everything runs in this process; no service is started.</summary>
public sealed class FoundryLocalManager : IDisposable
{
    private static FoundryLocalManager? _instance;

    private readonly IngotServices _services;
    private int _disposed;

    private FoundryLocalManager(IngotServices services) => _services = services;

    /// <summary>Whether <see cref="Instance"/> can be used.</summary>
    public static bool IsInitialized => _instance is not null;

    /// <summary>The one instance.</summary>
    /// <exception cref="FoundryLocalException">It has not been made, or was disposed.</exception>
    public static FoundryLocalManager Instance =>
        _instance ?? throw new FoundryLocalException("FoundryLocalManager has not been created. Call CreateAsync first.");

    /// <summary>Makes the instance.</summary>
    /// <param name="configuration">What to know first.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The configuration cannot be used.</exception>
    /// <exception cref="FoundryLocalException">There is an instance already, or Ingot's own options are wrong.</exception>
    public static async Task CreateAsync(Configuration configuration, ILogger logger, CancellationToken? ct = null)
    {
        configuration.Validate();
        (ct ?? CancellationToken.None).ThrowIfCancellationRequested();
        if (IsInitialized)
            throw AlreadyCreated();

        IngotServices services = await Refusals.TranslateAsync(() =>
        {
            IngotOptions options = IngotOptions.Load();
            if (configuration.ExpandModelCacheDir() is { } cache)
                options = options with { ModelCacheDirectory = cache };
            return Task.FromResult(IngotServices.Create(options, new LoggerFactoryOverLogger(logger, configuration.LogLevel)));
        });

        if (Interlocked.CompareExchange(ref _instance, new FoundryLocalManager(services), null) is not null)
        {
            await services.DisposeAsync();
            throw AlreadyCreated();
        }
    }

    /// <summary>The catalog of models.</summary>
    public Task<ICatalog> GetCatalogAsync(CancellationToken? ct = null) => Task.FromResult<ICatalog>(new ServiceCatalog(_services));

    /// <summary>Unloads every model and forgets the instance. May be called twice.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Interlocked.CompareExchange(ref _instance, null, this);
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static FoundryLocalException AlreadyCreated() => new("FoundryLocalManager has already been created.");
}
