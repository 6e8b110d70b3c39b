using System.Globalization;
using Ingot.Engine;
using Ingot.Engine.Acceleration;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Download;
using Ingot.Service.Callers;

namespace Ingot.Service.Options;

/// <summary>One option: its key in the configuration file, its environment variable, and how its text becomes a value.</summary>
/// <param name="Key">Key in the configuration file.</param>
/// <param name="Variable">Environment variable.</param>
/// <param name="IsList">Whether a file may give an array.</param>
/// <param name="Apply">Gives the options with the values set, or throws <see cref="FormatException"/> saying what the value should be.</param>
internal sealed record OptionSetting(string Key, string Variable, bool IsList, Func<IngotOptions, OptionText, IngotOptions> Apply)
{
    internal static IReadOnlyList<OptionSetting> All { get; } =
    [
        new("catalogPaths", "INGOT_CATALOGS", true, (options, text) => options with { CatalogPaths = text.Paths() }),
        new("modelCacheDirectory", "INGOT_MODEL_CACHE", false, (options, text) => options with { ModelCacheDirectory = text.FullPath() }),
        new("threadCount", "INGOT_THREADS", false, (options, text) => options with { ThreadCount = text.Number() }),
        new("maxSequences", "INGOT_MAX_SEQUENCES", false, (options, text) => options with { MaxSequences = text.Number() }),
        new("queueCapacity", "INGOT_QUEUE_CAPACITY", false, (options, text) => options with { QueueCapacity = text.Number() }),
        new("maxDraftTokens", "INGOT_MAX_DRAFT_TOKENS", false, (options, text) => options with { MaxDraftTokens = text.Number() }),
        new("kvCacheMegabytes", "INGOT_KV_CACHE_MB", false, (options, text) => options with { KvCacheMegabytes = text.Number() }),
        new("kvCache", "INGOT_KV_CACHE", false, (options, text) => options with { KvCache = text.Choice<KvCacheFormat>() }),
        new("prefixCache", "INGOT_PREFIX_CACHE", false, (options, text) => options with { PrefixCache = text.Flag() }),
        new("sharedPrefixCache", "INGOT_SHARED_PREFIX_CACHE", false, (options, text) => options with { SharedPrefixCache = text.Flag() }),
        new("runner", "INGOT_RUNNER", false, (options, text) => options with { Runner = text.Choice<RunnerPreference>() }),
        new("providerFallback", "INGOT_PROVIDER_FALLBACK", false, (options, text) => options with { ProviderFallback = text.Flag() }),
        new("acceleration", "INGOT_ACCELERATION", false, (options, text) => options with { Acceleration = text.Choice<AccelerationPreference>() }),
        new("memoryBudgetMegabytes", "INGOT_MEMORY_BUDGET_MB", false, (options, text) => options with { MemoryBudgetMegabytes = text.Number() }),
        new("contextLengthLimit", "INGOT_CONTEXT_LIMIT", false, (options, text) => options with { ContextLengthLimit = text.Number() }),
        new("urls", "INGOT_URLS", true, (options, text) => options with { Urls = string.Join(';', text.Values) }),
        new("certificatePath", "INGOT_CERTIFICATE", false, (options, text) => options with { CertificatePath = text.FullPath() }),
        new("certificateKeyPath", "INGOT_CERTIFICATE_KEY", false, (options, text) => options with { CertificateKeyPath = text.FullPath() }),
        new("certificatePasswordFrom", "INGOT_CERTIFICATE_PASSWORD_FROM", false, (options, text) => options with { CertificatePasswordFrom = text.SecretPlace() }),
        new("allowedHosts", "INGOT_ALLOWED_HOSTS", true, (options, text) => options with { AllowedHosts = text.Words() }),
        new("allowedOrigins", "INGOT_ALLOWED_ORIGINS", true, (options, text) => options with { AllowedOrigins = text.Words() }),
        new("maxRequestBodyBytes", "INGOT_MAX_REQUEST_BYTES", false, (options, text) => options with { MaxRequestBodyBytes = text.LongNumber() }),
        new("maxConcurrentRequests", "INGOT_MAX_CONCURRENT_REQUESTS", false, (options, text) => options with { MaxConcurrentRequests = text.Number() }),
        new("maxMessages", "INGOT_MAX_MESSAGES", false, (options, text) => options with { MaxMessages = text.Number() }),
        new("maxChoices", "INGOT_MAX_CHOICES", false, (options, text) => options with { MaxChoices = text.Number() }),
        new("maxStops", "INGOT_MAX_STOPS", false, (options, text) => options with { MaxStops = text.Number() }),
        new("allowUnknownFields", "INGOT_ALLOW_UNKNOWN_FIELDS", false, (options, text) => options with { AllowUnknownFields = text.Flag() }),
        new("keepAliveSeconds", "INGOT_KEEP_ALIVE", false, (options, text) => options with { KeepAliveSeconds = text.Number() }),
        new("modelIdleSeconds", "INGOT_MODEL_IDLE", false, (options, text) => options with { ModelIdleSeconds = text.Number() }),
        new("storeDirectory", "INGOT_STORE", false, (options, text) => options with { StoreDirectory = text.FullPath() }),
        new("storeDays", "INGOT_STORE_DAYS", false, (options, text) => options with { StoreDays = text.Number() }),
        new("storeMegabytes", "INGOT_STORE_MB", false, (options, text) => options with { StoreMegabytes = text.Number() }),
        new("auth", "INGOT_AUTH", false, (options, text) => options with { Auth = text.Auth() }),
        new("tokenIssuer", "INGOT_TOKEN_ISSUER", false, (options, text) => options with { TokenIssuer = text.Word() }),
        new("tokenKeysFile", "INGOT_TOKEN_KEYS_FILE", false, (options, text) => options with { TokenKeysFile = text.FullPath() }),
        new("tokenAudience", "INGOT_TOKEN_AUDIENCE", false, (options, text) => options with { TokenAudience = text.Word() }),
        new("tokenScopes", "INGOT_TOKEN_SCOPES", true, (options, text) => options with { TokenScopes = text.Words() }),
        new("tokenClockSkewSeconds", "INGOT_TOKEN_CLOCK_SKEW", false, (options, text) => options with { TokenClockSkewSeconds = text.Number() }),
        new("providerTimeoutSeconds", "INGOT_PROVIDER_TIMEOUT", false, (options, text) => options with { ProviderTimeoutSeconds = text.Number() }),
        new("providerLinkLocal", "INGOT_PROVIDER_LINK_LOCAL", false, (options, text) => options with { ProviderLinkLocal = text.Flag() }),
        new("catalogUrls", "INGOT_CATALOG_URLS", true, (options, text) => options with { CatalogUrls = text.Words() }),
        new("offline", "INGOT_OFFLINE", false, (options, text) => options with { Offline = text.Flag() }),
        new("hubEndpoint", "INGOT_HUB_ENDPOINT", false, (options, text) => options with { HubEndpoint = text.Word() }),
        new("hubToken", "INGOT_HUB_TOKEN", false, (options, text) => options with { HubToken = text.Token() }),
        new("downloadConnections", "INGOT_DOWNLOAD_CONNECTIONS", false, (options, text) => options with { DownloadConnections = text.Number() }),
        new("azureCatalog", "INGOT_AZURE_CATALOG", false, (options, text) => options with { AzureCatalog = text.Flag() }),
        new("azureRegion", "INGOT_AZURE_REGION", false, (options, text) => options with { AzureRegion = text.Word() }),
        new("azureCatalogEndpoint", "INGOT_AZURE_CATALOG_ENDPOINT", false, (options, text) => options with { AzureCatalogEndpoint = text.Word() }),
        new("azureRegistryEndpoint", "INGOT_AZURE_REGISTRY_ENDPOINT", false, (options, text) => options with { AzureRegistryEndpoint = text.Word() }),
    ];
}

/// <summary>An option's value as some source wrote it.</summary>
/// <param name="Values">One text, or several for a list.</param>
/// <param name="Folder">What relative paths start from.</param>
internal sealed record OptionText(IReadOnlyList<string> Values, string Folder)
{
    private string Single => Values is [var value] ? value.Trim() : throw new FormatException("should be one value");

    internal int Number() =>
        int.TryParse(Single, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"should be a whole number, not '{Single}'");

    internal long LongNumber() =>
        long.TryParse(Single, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"should be a whole number, not '{Single}'");

    internal bool Flag() => bool.TryParse(Single, out var flag) ? flag : throw new FormatException($"should be true or false, not '{Single}'");

    // Words alone: numbers would be taken, too.
    internal T Choice<T>()
        where T : struct, Enum =>
        Array.Find(Enum.GetNames<T>(), name => name.Equals(Single, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw new FormatException($"should be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, not '{Single}'");

    internal string Word() => Single;

    internal AuthMode Auth() => AuthMode.Read(Single) ?? throw new FormatException($"should be auto, none, key, token or key,token, not '{Single}'");

    internal IReadOnlyList<string> Words() => [.. Values.SelectMany(value => value.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    internal HubToken Token()
    {
        try
        {
            return new HubToken(Single);
        }
        catch (IngotException)
        {
            throw new FormatException("should be an access token: one word of plain letters, digits and marks");
        }
    }

    // What is refused is not repeated: it may be the secret itself.
    internal string SecretPlace() => Single switch
    {
        ['e', 'n', 'v', ':', .. { Length: > 0 }] => Single,
        ['f', 'i', 'l', 'e', ':', .. { Length: > 0 } path] => $"file:{Absolute(path)}",
        _ => throw new FormatException("should say where the password is, env:NAME or file:PATH, and not what it is"),
    };

    internal string FullPath() => Absolute(Single);

    internal IReadOnlyList<string> Paths() => [.. Values.Select(Absolute)];

    private string Absolute(string path) =>
        path.Length > 0 && !path.Contains('\0') ? Path.GetFullPath(path, Folder) : throw new FormatException("should be a path, not an empty text");
}
