using System.Globalization;
using Ingot.Models.Azure;
using Ingot.Service;
using Microsoft.Extensions.Logging;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>Puts what a program configures over what file and environment say.</summary>
internal static partial class ConfigurationReader
{
    private const int MostConnections = 64;

    /// <summary>The options.</summary>
    /// <exception cref="ArgumentException">A setting's value cannot be used.</exception>
    /// <exception cref="Ingot.Errors.IngotException">File or environment are wrong.</exception>
    public static IngotOptions Read(Configuration configuration, ILogger logger)
    {
        IngotOptions options = IngotOptions.Load();
        if (configuration.ExpandModelCacheDir() is { } cache)
            options = options with { ModelCacheDirectory = cache };
        if (configuration.CatalogRegion is { Length: > 0 } region)
            options = options with { AzureRegion = region };
        foreach ((string name, string value) in configuration.AdditionalSettings ?? new Dictionary<string, string>())
            options = Apply(name, value, options, logger);
        foreach ((string url, _) in configuration.CatalogUrls ?? [])
            options = AddCatalog(url, options);
        return options;
    }

    private static IngotOptions Apply(string name, string value, IngotOptions options, ILogger logger)
    {
        switch (name)
        {
            case "NumModelDownloadThreads":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
                    ? options with { DownloadConnections = Math.Min(count, MostConnections) }
                    : throw new ArgumentException($"Configuration AdditionalSettings '{name}' must be a whole number of at least 1, not '{value}'.");
            case "ModelRegistryRegion":
                return options with { AzureRegion = options.AzureRegion ?? value };
            case "UserAgent" or "DisableRegionFallback" or "DisableNonessentialTelemetry":
                return options;
            default:
                LogUnknownSetting(logger, name);
                return options;
        }
    }

    private static IngotOptions AddCatalog(string url, IngotOptions options)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address))
            throw new ArgumentException($"Configuration CatalogUrls: '{url}' is not an address.");
        return address.Host == AzureOptions.PublicCatalog.Host
            ? options with { AzureCatalog = true }
            : options with { CatalogUrls = [.. options.CatalogUrls, url] };
    }

    [LoggerMessage(Level = Extensions.Logging.LogLevel.Warning, Message = "The setting '{Name}' of AdditionalSettings is not known here and has no effect.")]
    private static partial void LogUnknownSetting(ILogger logger, string name);
}
