using Ingot.Errors;
using Ingot.Service;
using Microsoft.AI.Foundry.Local.Logging;
using Microsoft.AI.Foundry.Local.Models;
using Microsoft.AI.Foundry.Local.Running;
using Microsoft.AI.Foundry.Local.Web;
using Microsoft.Extensions.Logging;

namespace Microsoft.AI.Foundry.Local;

/// <summary>
/// The way in: one for a process, made once. Everything runs in this process, unless another service is configured, and
/// nothing listens for others until <see cref="StartWebServiceAsync"/>.
/// </summary>
public sealed class FoundryLocalManager : IDisposable
{
    private static FoundryLocalManager? _instance;

    private readonly Session _session;
    private readonly HostedService _web;
    private readonly ServiceCatalog _catalog;
    private int _disposed;

    private FoundryLocalManager(IngotServices services, Configuration configuration, ILoggerFactory loggers)
    {
        IModelRuntime runtime = configuration.Web?.ExternalUrl is { } external ? new ServiceRuntime(external, configuration.Web.ToApiKey()) : new InProcessRuntime(services);
        _session = new Session(services, runtime);
        _web = new HostedService(services, configuration.Web, loggers);
        _catalog = new ServiceCatalog(_session);
    }

    /// <summary>Whether <see cref="Instance"/> can be used.</summary>
    public static bool IsInitialized => Volatile.Read(ref _instance) is not null;

    /// <summary>The one instance.</summary>
    /// <exception cref="FoundryLocalException">It has not been made, or was disposed.</exception>
    public static FoundryLocalManager Instance =>
        Volatile.Read(ref _instance) ?? throw new FoundryLocalException("FoundryLocalManager has not been created. Call CreateAsync first.");

    /// <summary>The addresses the web service listens on; null while it does not.</summary>
    public string[]? Urls => _web.Urls;

    /// <summary>Whether <see cref="Shutdown"/> was called, or this was disposed.</summary>
    public bool IsShutdownRequested => _session.HasEnded;

    /// <summary>As <see cref="GetCatalogAsync"/>, at once.</summary>
    internal ICatalog Catalog => _catalog;

    /// <summary>What its models run in.</summary>
    internal Session Session => _session;

    /// <summary>Makes the instance.</summary>
    /// <param name="configuration">What to know first.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The configuration cannot be used.</exception>
    /// <exception cref="FoundryLocalException">There is an instance already, or Ingot's own options are wrong.</exception>
    public static Task CreateAsync(Configuration configuration, ILogger logger, CancellationToken? ct = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(logger);
        configuration.Validate();
        if (ct is { IsCancellationRequested: true } cancelled)
            return Task.FromCanceled(cancelled);
        if (IsInitialized)
            throw AlreadyCreated();

        FoundryLocalManager manager = Create(configuration, new LoggerFactoryOverLogger(logger, configuration.LogLevel));
        if (Interlocked.CompareExchange(ref _instance, manager, null) is null)
            return Task.CompletedTask;
        manager.Dispose();
        throw AlreadyCreated();
    }

    /// <summary>The catalog of models.</summary>
    public Task<ICatalog> GetCatalogAsync(CancellationToken? ct = null) => _session.RunAsync<ICatalog>(_ => Task.FromResult<ICatalog>(_catalog), ct);

    /// <summary>Listens for OpenAI's and Foundry Local's clients, on the models of this process; <see cref="Urls"/> says where.</summary>
    /// <exception cref="FoundryLocalException">It does already, an address is taken, or another service is configured.</exception>
    public Task StartWebServiceAsync(CancellationToken? ct = null) => _session.RunAsync(_web.StartAsync, ct);

    /// <summary>Stops listening. Requests under way have ten seconds to end. Nothing happens when it does not listen.</summary>
    public Task StopWebServiceAsync(CancellationToken? ct = null) => _session.RunAsync(_web.StopAsync, ct);

    /// <summary>The execution providers there are.</summary>
    public EpInfo[] DiscoverEps() => Providers.Discover();

    /// <summary>Makes all execution providers ready that this build has: they always are.</summary>
    public Task<EpDownloadResult> DownloadAndRegisterEpsAsync(CancellationToken? ct = null) => RegisterAsync(null, null, ct);

    /// <summary>Makes execution providers ready.</summary>
    /// <param name="names">Which, as <see cref="DiscoverEps"/> names them.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Which of them can be used.</returns>
    public Task<EpDownloadResult> DownloadAndRegisterEpsAsync(IEnumerable<string> names, CancellationToken? ct = null) => RegisterAsync(names, null, ct);

    /// <summary>Makes all execution providers ready that this build has.</summary>
    /// <param name="progressCallback">Told a provider's name and percentage.</param>
    /// <param name="ct">Gives up.</param>
    public Task<EpDownloadResult> DownloadAndRegisterEpsAsync(Action<string, double> progressCallback, CancellationToken? ct = null) =>
        RegisterAsync(null, progressCallback, ct);

    /// <summary>Makes execution providers ready.</summary>
    /// <param name="names">Which, as <see cref="DiscoverEps"/> names them.</param>
    /// <param name="progressCallback">Told a provider's name and percentage.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Which of them can be used.</returns>
    public Task<EpDownloadResult> DownloadAndRegisterEpsAsync(
        IEnumerable<string> names, Action<string, double> progressCallback, CancellationToken? ct = null) => RegisterAsync(names, progressCallback, ct);

    /// <summary>As <see cref="DownloadAndRegisterEpsAsync(CancellationToken?)"/>, by its older name.</summary>
    public Task EnsureEpsDownloadedAsync(CancellationToken? ct = null) => RegisterAsync(null, null, ct);

    /// <summary>Ends what is under way and refuses what comes after; <see cref="Dispose"/> frees what is left.</summary>
    public void Shutdown() => _session.End();

    /// <summary>
    /// Ends what is under way, stops listening, unloads every model and forgets the instance. May be called twice, and at any time.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Interlocked.CompareExchange(ref _instance, null, this);
        Detached.Begin(DisposeCoreAsync).GetAwaiter().GetResult();
    }

    /// <summary>Makes one that is nobody's instance.</summary>
    /// <param name="configuration">What to know first; valid.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="adjust">Has the last word on the options; null for none.</param>
    internal static FoundryLocalManager Create(Configuration configuration, ILoggerFactory loggers, Func<IngotOptions, IngotOptions>? adjust = null)
    {
        try
        {
            IngotOptions options = ConfigurationReader.Read(configuration, loggers.CreateLogger<FoundryLocalManager>());
            options = adjust?.Invoke(options) ?? options;
            return new FoundryLocalManager(IngotServices.Create(options, loggers), configuration, loggers);
        }
        catch (IngotException refusal)
        {
            throw new FoundryLocalException($"Error during initialization. {refusal.Message}", refusal);
        }
    }

    private static FoundryLocalException AlreadyCreated() => new("FoundryLocalManager has already been created.");

    private Task<EpDownloadResult> RegisterAsync(IEnumerable<string>? names, Action<string, double>? report, CancellationToken? ct) =>
        _session.RunAsync(_ => Task.FromResult(Providers.Register(names, report)), ct);

    private async Task DisposeCoreAsync()
    {
        _session.End();
        await _web.DisposeAsync();
        await _session.DisposeAsync();
    }
}
