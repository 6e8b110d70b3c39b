namespace Microsoft.AI.Foundry.Local;

/// <summary>
/// What <see cref="FoundryLocalManager.CreateAsync"/> needs to know. In folders, <c>{home}</c>, <c>{appname}</c> and, but for
/// <see cref="AppDataDir"/> itself, <c>{appdata}</c> are replaced. What is not said here is as Ingot's configuration file and
/// environment variables have it, which the <c>foundry</c> command reads, too.
/// </summary>
public class Configuration
{
    /// <summary>The application's name: not empty, and fit for a file name.</summary>
    public required string AppName { get; set; }

    /// <summary>The application's own folder; default <c>{home}/.{appname}</c>. Made only when something is put into it.</summary>
    public string? AppDataDir { get; init; }

    /// <summary>
    /// Where downloaded models are kept. Default: the cache of the <c>foundry</c> command, so that a model is on the machine
    /// once; <c>{appdata}/cache/models</c> keeps them to the application.
    /// </summary>
    public string? ModelCacheDir { get; init; }

    /// <summary>Where log files would be; default <c>{appdata}/logs</c>. None are written: messages go to the application's own logger.</summary>
    public string? LogsDir { get; init; }

    /// <summary>The least important message that reaches the logger; default <see cref="LogLevel.Warning"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Where <see cref="FoundryLocalManager.StartWebServiceAsync"/> listens, or which service to use instead of this process.</summary>
    public WebService? Web { get; init; }

    /// <summary>
    /// Further settings by name. <c>NumModelDownloadThreads</c> (1 or more; beyond 64 counts as 64) and
    /// <c>ModelRegistryRegion</c> have effect; <c>UserAgent</c>, <c>DisableRegionFallback</c> and
    /// <c>DisableNonessentialTelemetry</c> are taken and need none; others are named in the log.
    /// </summary>
    public IDictionary<string, string>? AdditionalSettings { get; init; }

    /// <summary>The region whose Azure catalog is asked; default the nearest.</summary>
    public string? CatalogRegion { get; init; }

    /// <summary>
    /// Catalogs on web servers, asked besides the others. Addresses of Foundry Local's own catalog stand for that one. Filters
    /// are for that one's servers, and have no effect.
    /// </summary>
    public IList<(string Url, string? Filter)>? CatalogUrls { get; init; }

    /// <summary>Has no effect: nothing is ever sent anywhere.</summary>
    public bool DisableNonessentialTelemetry { get; init; }

    /// <summary>The web service: our own, or another.</summary>
    public class WebService
    {
        /// <summary>Where our own listens, separated by <c>;</c>; default <c>http://127.0.0.1:0</c>, any free port.</summary>
        public string? Urls { get; init; }

        /// <summary>A service that runs. When set, models are loaded, unloaded and used there, and not in this process; catalog and files stay this machine's.</summary>
        public Uri? ExternalUrl { get; init; }

        /// <summary>The API key for <see cref="ExternalUrl"/>; default the environment variable <c>INGOT_API_KEY</c>, and none where that is not set.</summary>
        public string? ApiKey { get; init; }

        /// <summary>The API key to send; null for none.</summary>
        internal string? ToApiKey() => (ApiKey ?? Environment.GetEnvironmentVariable("INGOT_API_KEY"))?.Trim() is { Length: > 0 } key ? key : null;
    }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field cannot be used.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(AppName))
            throw new ArgumentException("Configuration AppName must be set to a valid application name.");
        if (AppName.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || AppName is "." or "..")
            throw new ArgumentException("Configuration AppName value contains invalid characters.");
        if (Web?.ExternalUrl is not { } external)
            return;
        if (!external.IsAbsoluteUri || (external.Scheme != Uri.UriSchemeHttp && external.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"Configuration Web.ExternalUrl '{external}' is not of the form http://host:port.");
        if (external.Port == 0)
            throw new ArgumentException("Configuration Web.ExternalUrl has invalid port of 0.");
    }

    /// <summary><see cref="ModelCacheDir"/> with its placeholders replaced; null when not set.</summary>
    internal string? ExpandModelCacheDir() => ModelCacheDir is null
        ? null
        : Path.GetFullPath(Expand(ModelCacheDir.Replace("{appdata}", AppDataDir ?? "{home}/.{appname}", StringComparison.OrdinalIgnoreCase)));

    private string Expand(string path) => path
        .Replace("{home}", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), StringComparison.OrdinalIgnoreCase)
        .Replace("{appname}", AppName, StringComparison.OrdinalIgnoreCase);
}
