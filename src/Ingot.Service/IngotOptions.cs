using System.Collections;
using Ingot.Engine;
using Ingot.Engine.Acceleration;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Azure;
using Ingot.Models.Download;
using Ingot.Models.Store;
using Ingot.Service.Callers;
using Ingot.Service.Hosting;
using Ingot.Service.Options;

namespace Ingot.Service;

/// <summary>
/// Everything that can be set about Ingot, in one place. Values come from, later ones winning: the defaults here, the
/// configuration file, environment variables, then code or command line (<c>options with { … }</c>).
/// </summary>
public sealed partial record IngotOptions
{
    /// <summary>Environment variable that names the configuration file; then the file must exist.</summary>
    public const string ConfigurationVariable = "INGOT_CONFIG";

    /// <summary>This user's Ingot folder, <c>~/.foundry</c>, absolute. Need not exist.</summary>
    public static string HomeFolder => FoundryFolder(null);

    /// <summary>As <see cref="HomeFolder"/>, for the user some environment variables tell of.</summary>
    /// <param name="environment">The environment variables.</param>
    public static string HomeFolderOf(IReadOnlyDictionary<string, string> environment) => FoundryFolder(environment);

    /// <summary>
    /// Catalog files (JSON) and folders of model folders to list besides the shipped model and the cache; most trusted first.
    /// Default none. File key <c>catalogPaths</c> (relative to the file); variable <c>INGOT_CATALOGS</c>, separated as in <c>PATH</c>.
    /// </summary>
    public IReadOnlyList<string> CatalogPaths { get; init; } = [];

    /// <summary>
    /// The folder where models are kept. Default <c>~/.foundry/cache/models</c>.
    /// File key <c>modelCacheDirectory</c>; variable <c>INGOT_MODEL_CACHE</c>.
    /// </summary>
    public string ModelCacheDirectory { get; init; } = ModelStore.DefaultLocation(UserFolder(null));

    /// <summary>
    /// Threads that compute for one model, 0 to 256; 0 (default) means the cores this process may use, and in a container or service no
    /// more than it gets the time of, part of a core counting for nothing: one of 1.5 cores computes on one thread.
    /// File key <c>threadCount</c>; variable <c>INGOT_THREADS</c>.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>
    /// Answers a model works on at the same time, 1 to 512. Default 16.
    /// File key <c>maxSequences</c>; variable <c>INGOT_MAX_SEQUENCES</c>.
    /// </summary>
    public int MaxSequences { get; init; } = 16;

    /// <summary>
    /// Requests that may wait for a model before the next is refused, 0 to 65536. Default 64.
    /// File key <c>queueCapacity</c>; variable <c>INGOT_QUEUE_CAPACITY</c>.
    /// </summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>
    /// Tokens of one answer that are computed together on a guess where that pays, 0 to 64; 0: never. The answer is the same. Default 24.
    /// File key <c>maxDraftTokens</c>; variable <c>INGOT_MAX_DRAFT_TOKENS</c>.
    /// </summary>
    public int MaxDraftTokens { get; init; } = 24;

    /// <summary>
    /// What runs models: <c>auto</c> (default), Ingot's own executor where it covers the graph and the processor computes, else ONNX Runtime
    /// (<c>docs/execution-providers.md</c>); <c>ingot</c> or <c>onnxruntime</c>, that one or none. File key <c>runner</c>; variable <c>INGOT_RUNNER</c>.
    /// </summary>
    public RunnerPreference Runner { get; init; }

    /// <summary>
    /// Whether the processor runs a model that its execution provider cannot load. Default false: the load fails and says why.
    /// File key <c>providerFallback</c>; variable <c>INGOT_PROVIDER_FALLBACK</c>.
    /// </summary>
    public bool ProviderFallback { get; init; }

    /// <summary>
    /// Whether steps of many tokens may be handed to ONNX Runtime's integer products where the processor has units for matrices: <c>never</c>
    /// (default), which keeps answers the same bits in whatever company, or <c>auto</c>, where a trial at load finds them faster (<c>docs/execution-providers.md</c>).
    /// File key <c>acceleration</c>; variable <c>INGOT_ACCELERATION</c>.
    /// </summary>
    public AccelerationPreference Acceleration { get; init; }

    /// <summary>
    /// Memory for the weights and key-value caches of all models together in mebibytes, 1 to 16777216; absent (default) means four
    /// fifths of what this process may use, where a container's limit counts. Models that nobody uses leave for a new one; what does
    /// not fit even then is refused. File key <c>memoryBudgetMegabytes</c>; variable <c>INGOT_MEMORY_BUDGET_MB</c>.
    /// </summary>
    public int? MemoryBudgetMegabytes { get; init; }

    /// <summary>
    /// The most tokens of prompt and answer together, 16 or more, for models that allow more; absent (default) means the model's own limit.
    /// File key <c>contextLengthLimit</c>; variable <c>INGOT_CONTEXT_LIMIT</c>.
    /// </summary>
    public int? ContextLengthLimit { get; init; }

    /// <summary>
    /// Addresses the HTTP service listens on, <c>http</c> or <c>https</c>, separated by <c>;</c>; port 0 means any free one. Default
    /// <c>http://127.0.0.1:5272</c>. File key <c>urls</c> (text or array); variable <c>INGOT_URLS</c>.
    /// </summary>
    public string Urls { get; init; } = "http://127.0.0.1:5272";

    /// <summary>
    /// The largest request body in bytes, 1024 or more. Default 16 MiB.
    /// File key <c>maxRequestBodyBytes</c>; variable <c>INGOT_MAX_REQUEST_BYTES</c>.
    /// </summary>
    public long MaxRequestBodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Requests the HTTP service works on at the same time before the next is refused, 1 to 65536; reading what there is does not
    /// count. Default 256. File key <c>maxConcurrentRequests</c>; variable <c>INGOT_MAX_CONCURRENT_REQUESTS</c>.
    /// </summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>
    /// The most messages of one chat request, 1 or more. Default 4096.
    /// File key <c>maxMessages</c>; variable <c>INGOT_MAX_MESSAGES</c>.
    /// </summary>
    public int MaxMessages { get; init; } = 4096;

    /// <summary>
    /// The most answers one request may ask for (<c>n</c>), 1 to 128. Default 8.
    /// File key <c>maxChoices</c>; variable <c>INGOT_MAX_CHOICES</c>.
    /// </summary>
    public int MaxChoices { get; init; } = 8;

    /// <summary>
    /// The most stop texts of one request, 1 to 64. Default 4.
    /// File key <c>maxStops</c>; variable <c>INGOT_MAX_STOPS</c>.
    /// </summary>
    public int MaxStops { get; init; } = 4;

    /// <summary>
    /// Whether a request's top-level fields that nobody here knows are left out rather than refused. Default false.
    /// File key <c>allowUnknownFields</c>; variable <c>INGOT_ALLOW_UNKNOWN_FIELDS</c>.
    /// </summary>
    public bool AllowUnknownFields { get; init; }

    /// <summary>
    /// Seconds a streamed answer may be silent before a comment shows that it is still coming, 1 to 3600. Default 15.
    /// File key <c>keepAliveSeconds</c>; variable <c>INGOT_KEEP_ALIVE</c>.
    /// </summary>
    public int KeepAliveSeconds { get; init; } = 15;

    /// <summary>
    /// Seconds a model stays in memory after its last use where neither its load nor a request says (<c>ttl</c>): 0 unloads it at
    /// once, -1 never. It is loaded again when it is next asked for. Default 600. File key <c>modelIdleSeconds</c>; variable
    /// <c>INGOT_MODEL_IDLE</c>.
    /// </summary>
    public int ModelIdleSeconds { get; init; } = 600;

    /// <summary>
    /// Catalogs on web servers to list besides the others, after <see cref="CatalogPaths"/>. Default none.
    /// File key <c>catalogUrls</c>; variable <c>INGOT_CATALOG_URLS</c>, separated by spaces or <c>;</c>.
    /// </summary>
    public IReadOnlyList<string> CatalogUrls { get; init; } = [];

    /// <summary>
    /// Whether the network is left alone: catalogs come from their copies, and nothing is downloaded. Default false.
    /// File key <c>offline</c>; variable <c>INGOT_OFFLINE</c>.
    /// </summary>
    public bool Offline { get; init; }

    /// <summary>
    /// The Hugging Face hub that <c>hf:</c> names are resolved at. Default the one <c>HF_ENDPOINT</c> names, else the public one.
    /// File key <c>hubEndpoint</c>; variable <c>INGOT_HUB_ENDPOINT</c>.
    /// </summary>
    public string HubEndpoint { get; init; } = DownloadOptions.PublicHub.AbsoluteUri;

    /// <summary>
    /// The access token for that hub, sent nowhere else; absent means none. Default the one the hub's own programs use
    /// (<see cref="HubToken.Find"/>). File key <c>hubToken</c>; variable <c>INGOT_HUB_TOKEN</c>.
    /// </summary>
    public HubToken? HubToken { get; init; }

    /// <summary>
    /// Connections a download uses at the same time, 1 to 64. Default 8.
    /// File key <c>downloadConnections</c>; variable <c>INGOT_DOWNLOAD_CONNECTIONS</c>.
    /// </summary>
    public int DownloadConnections { get; init; } = 8;

    /// <summary>
    /// Whether Foundry Local's own catalog on Azure is listed besides the others, which asks Microsoft's servers. Default false.
    /// A model of Azure that another catalog lists is fetched when it is asked for, whatever this says.
    /// File key <c>azureCatalog</c>; variable <c>INGOT_AZURE_CATALOG</c>.
    /// </summary>
    public bool AzureCatalog { get; init; }

    /// <summary>
    /// The Azure region to ask, such as <c>westeurope</c>; absent (default) means the nearest, as the service sees it.
    /// File key <c>azureRegion</c>; variable <c>INGOT_AZURE_REGION</c>.
    /// </summary>
    public string? AzureRegion { get; init; }

    /// <summary>
    /// The server of that catalog, or of another that answers in its shape. Default <c>https://ai.azure.com</c>.
    /// File key <c>azureCatalogEndpoint</c>; variable <c>INGOT_AZURE_CATALOG_ENDPOINT</c>.
    /// </summary>
    public string AzureCatalogEndpoint { get; init; } = AzureOptions.PublicCatalog.AbsoluteUri;

    /// <summary>
    /// The server that gives the storage addresses of its models, with <c>{region}</c> where the region's name belongs. Default
    /// <c>https://{region}.api.azureml.ms</c>. File key <c>azureRegistryEndpoint</c>; variable <c>INGOT_AZURE_REGISTRY_ENDPOINT</c>.
    /// </summary>
    public string AzureRegistryEndpoint { get; init; } = AzureOptions.PublicRegistry;

    /// <summary>
    /// The folder where responses, conversations and chat completions are kept for later requests. Default <c>~/.foundry/store</c>.
    /// File key <c>storeDirectory</c>; variable <c>INGOT_STORE</c>.
    /// </summary>
    public string StoreDirectory { get; init; } = Path.Combine(HomeFolder, "store");

    /// <summary>
    /// Days that these are kept after their last change, 0 to 36500; 0 keeps nothing. Default 30.
    /// File key <c>storeDays</c>; variable <c>INGOT_STORE_DAYS</c>.
    /// </summary>
    public int StoreDays { get; init; } = 30;

    /// <summary>
    /// How much of these is kept in mebibytes, 1 to 1048576; beyond that the oldest leave. Default 1024.
    /// File key <c>storeMegabytes</c>; variable <c>INGOT_STORE_MB</c>.
    /// </summary>
    public int StoreMegabytes { get; init; } = 1024;

    /// <summary>
    /// What callers of the HTTP service must show: <c>none</c>, <c>key</c>, <c>token</c> or <c>key,token</c> (either). Default <c>auto</c>:
    /// a key as soon as one was ever made, a token where <see cref="TokenIssuer"/> is set, nothing where there is neither. An address that
    /// other machines reach is refused where nothing is demanded (<c>docs/security.md</c>). File key <c>auth</c>; variable <c>INGOT_AUTH</c>.
    /// </summary>
    public AuthMode Auth { get; init; } = AuthMode.Auto;

    /// <summary>
    /// Who issues the bearer tokens that are accepted: an OpenID Connect issuer's address, https or on this machine; absent (default)
    /// means nobody. File key <c>tokenIssuer</c>; variable <c>INGOT_TOKEN_ISSUER</c>.
    /// </summary>
    public string? TokenIssuer { get; init; }

    /// <summary>
    /// A file with the issuer's public keys (a JSON Web Key Set), taken instead of asking the issuer for them; absent (default) means
    /// the issuer is asked. File key <c>tokenKeysFile</c> (relative to the file); variable <c>INGOT_TOKEN_KEYS_FILE</c>.
    /// </summary>
    public string? TokenKeysFile { get; init; }

    /// <summary>
    /// What a token must be made for (<c>aud</c>). Default <c>https://cognitiveservices.azure.com</c>, which clients of Azure's services ask
    /// for. File key <c>tokenAudience</c>; variable <c>INGOT_TOKEN_AUDIENCE</c>.
    /// </summary>
    public string TokenAudience { get; init; } = "https://cognitiveservices.azure.com";

    /// <summary>
    /// Scopes or roles of which a token must have one (in <c>scp</c>, <c>scope</c> or <c>roles</c>). Default none: any token will do that
    /// issuer and audience fit. File key <c>tokenScopes</c>; variable <c>INGOT_TOKEN_SCOPES</c>, separated by spaces or <c>;</c>.
    /// </summary>
    public IReadOnlyList<string> TokenScopes { get; init; } = [];

    /// <summary>
    /// Seconds that this machine's clock and the issuer's may differ, 0 to 600. Default 60.
    /// File key <c>tokenClockSkewSeconds</c>; variable <c>INGOT_TOKEN_CLOCK_SKEW</c>.
    /// </summary>
    public int TokenClockSkewSeconds { get; init; } = 60;

    /// <summary>
    /// Seconds a provider of models that live elsewhere may be silent, before its answer and within it, 1 to 86400. Default 600.
    /// File key <c>providerTimeoutSeconds</c>; variable <c>INGOT_PROVIDER_TIMEOUT</c>.
    /// </summary>
    public int ProviderTimeoutSeconds { get; init; } = 600;

    /// <summary>
    /// Whether providers may be at link-local addresses and others where clouds give machines their credentials. Default false.
    /// File key <c>providerLinkLocal</c>; variable <c>INGOT_PROVIDER_LINK_LOCAL</c>.
    /// </summary>
    public bool ProviderLinkLocal { get; init; }

    /// <summary>What of these says from where and how models are fetched.</summary>
    internal DownloadOptions Downloads => new()
    {
        HubEndpoint = new Uri(HubEndpoint),
        HubToken = HubToken,
        Offline = Offline,
        Connections = DownloadConnections,
        Azure = new AzureOptions
        {
            CatalogEndpoint = new Uri(AzureCatalogEndpoint),
            RegistryEndpoint = AzureRegistryEndpoint,
            Region = AzureRegion ?? (new Uri(AzureCatalogEndpoint) == AzureOptions.PublicCatalog ? null : AzureOptions.DefaultRegion),
        },
    };

    /// <summary><see cref="MemoryBudgetMegabytes"/> in bytes, or what the machine gives.</summary>
    internal long MemoryBudgetBytes =>
        MemoryBudgetMegabytes is { } megabytes ? (long)megabytes << 20 : (long)(MachineMemory.TotalBytes * MemoryBudget.UsualShare);

    /// <summary><see cref="ModelIdleSeconds"/> as a time; null means never.</summary>
    internal TimeSpan? ModelIdleTime => ModelIdleSeconds >= 0 ? TimeSpan.FromSeconds(ModelIdleSeconds) : null;

    /// <summary>Reads configuration file and environment over the defaults, and checks the outcome.</summary>
    /// <param name="configurationFile">
    /// The configuration file, which must exist; null means the one <c>INGOT_CONFIG</c> names, else <c>~/.foundry/ingot.json</c> if there is one.
    /// </param>
    /// <param name="environment">The environment variables; null means the process's own.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>, naming every mistake at once.</exception>
    public static IngotOptions Load(string? configurationFile = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        environment ??= ProcessEnvironment();
        var mistakes = new List<string>();
        var options = DefaultsFor(environment);
        var isNamed = (configurationFile ?? environment.GetValueOrDefault(ConfigurationVariable)) is { Length: > 0 };
        var file = FileFor(configurationFile, environment);
        if (isNamed || File.Exists(file))
            options = ConfigurationFile.Apply(file, options, mistakes);
        options = OptionVariables.Apply(environment, options, mistakes);
        mistakes.AddRange(OptionRules.Mistakes(options));
        ThrowIfAny(mistakes);
        return options;
    }

    /// <summary>Checks every option.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>, naming every mistake at once.</exception>
    public IngotOptions Validate()
    {
        ThrowIfAny(OptionRules.Mistakes(this));
        return this;
    }

    /// <summary>What the options are where neither file nor variable says otherwise.</summary>
    internal static IngotOptions DefaultsFor(IReadOnlyDictionary<string, string> environment)
    {
        var home = UserFolder(environment);
        return new IngotOptions
        {
            ModelCacheDirectory = ModelStore.DefaultLocation(home),
            StoreDirectory = Path.Combine(FoundryFolder(environment), "store"),
            HubToken = HubToken.Find(environment, home),
            HubEndpoint = environment.GetValueOrDefault("HF_ENDPOINT") is { Length: > 0 } endpoint ? endpoint : DownloadOptions.PublicHub.AbsoluteUri,
        };
    }

    /// <summary>The configuration file's full path, whether it exists or not.</summary>
    internal static string FileFor(string? configurationFile, IReadOnlyDictionary<string, string> environment)
    {
        var named = configurationFile ?? environment.GetValueOrDefault(ConfigurationVariable);
        return string.IsNullOrEmpty(named) ? Path.Combine(FoundryFolder(environment), "ingot.json") : Path.GetFullPath(named);
    }

    private static void ThrowIfAny(IReadOnlyList<string> mistakes)
    {
        if (mistakes.Count > 0)
            throw new IngotException(ErrorCode.InvalidValue, $"Ingot's options are wrong: {string.Join("; ", mistakes)}.");
    }

    private static string FoundryFolder(IReadOnlyDictionary<string, string>? environment) => Path.Combine(UserFolder(environment), ".foundry");

    // A service account may have no home; the temporary folder is the one place it can surely write.
    private static string UserFolder(IReadOnlyDictionary<string, string>? environment)
    {
        var home = environment?.GetValueOrDefault(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        if (string.IsNullOrEmpty(home))
            home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.GetFullPath(string.IsNullOrEmpty(home) ? Path.GetTempPath() : home);
    }

    private static Dictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
