using Ingot.Engine;
using Ingot.Models.Azure;

namespace Ingot.Service.Options;

/// <summary>What each option's value may be.</summary>
internal static class OptionRules
{
    internal static IReadOnlyList<string> Mistakes(IngotOptions options)
    {
        var mistakes = new List<string>();
        Range("threadCount", options.ThreadCount, 0, EngineOptions.MostThreads);
        Range("maxSequences", options.MaxSequences, 1, 512);
        Range("queueCapacity", options.QueueCapacity, 0, 65_536);
        Range("maxDraftTokens", options.MaxDraftTokens, 0, 64);
        Range("kvCacheMegabytes", options.KvCacheMegabytes, 1, 1_048_576);
        if (!Enum.IsDefined(options.KvCache))
            mistakes.Add($"'kvCache' is {options.KvCache}, but should be fp32, fp16 or int8");
        if (!Enum.IsDefined(options.Runner))
            mistakes.Add($"'runner' is {options.Runner}, but should be auto, ingot or onnxruntime");
        if (!Enum.IsDefined(options.Acceleration))
            mistakes.Add($"'acceleration' is {options.Acceleration}, but should be never or auto");
        Range("memoryBudgetMegabytes", options.MemoryBudgetMegabytes, 1, 16_777_216);
        Range("contextLengthLimit", options.ContextLengthLimit, 16, int.MaxValue);
        Range("maxRequestBodyBytes", options.MaxRequestBodyBytes, 1024, long.MaxValue);
        Range("maxConcurrentRequests", options.MaxConcurrentRequests, 1, 65_536);
        Range("maxMessages", options.MaxMessages, 1, int.MaxValue);
        Range("maxChoices", options.MaxChoices, 1, 128);
        Range("maxStops", options.MaxStops, 1, 64);
        Range("keepAliveSeconds", options.KeepAliveSeconds, 1, 3600);
        Range("modelIdleSeconds", options.ModelIdleSeconds, -1, int.MaxValue);
        Range("storeDays", options.StoreDays, 0, 36_500);
        Range("storeMegabytes", options.StoreMegabytes, 1, 1_048_576);
        Range("tokenClockSkewSeconds", options.TokenClockSkewSeconds, 0, 600);
        Range("providerTimeoutSeconds", options.ProviderTimeoutSeconds, 1, 86_400);
        Range("downloadConnections", options.DownloadConnections, 1, 64);
        if (!IsWebAddress(options.HubEndpoint))
            mistakes.Add($"'hubEndpoint' is '{options.HubEndpoint}', which is no address of the form https://host");
        mistakes.AddRange(options.CatalogUrls.Where(url => !IsWebAddress(url)).Select(url => $"'catalogUrls' has '{url}', which is no address of the form https://host/path"));
        if (options.AzureRegion is { } region && !AzureOptions.IsRegion(region))
            mistakes.Add($"'azureRegion' is '{region}', which is no region's name such as westeurope");
        if (!IsWebAddress(options.AzureCatalogEndpoint))
            mistakes.Add($"'azureCatalogEndpoint' is '{options.AzureCatalogEndpoint}', which is no address of the form https://host");
        if (!IsWebAddress(options.AzureRegistryEndpoint.Replace("{region}", "region", StringComparison.Ordinal)))
            mistakes.Add($"'azureRegistryEndpoint' is '{options.AzureRegistryEndpoint}', which is no address of the form https://{{region}}.host");
        if (string.IsNullOrWhiteSpace(options.ModelCacheDirectory))
            mistakes.Add("'modelCacheDirectory' should be a path, not an empty text");
        if (string.IsNullOrWhiteSpace(options.StoreDirectory))
            mistakes.Add("'storeDirectory' should be a path, not an empty text");
        if (options.CatalogPaths.Any(string.IsNullOrWhiteSpace))
            mistakes.Add("'catalogPaths' should hold paths, not an empty text");
        mistakes.AddRange(TokenRules.Mistakes(options));
        var urls = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
            mistakes.Add("'urls' should name at least one address");
        mistakes.AddRange(urls.Where(url => !IsAddress(url)).Select(url => $"'urls' has '{url}', which is not of the form http://host:port or https://host:port"));
        mistakes.AddRange(EdgeRules.Mistakes(options));
        return mistakes;

        void Range(string key, long? value, long least, long most)
        {
            if (value < least || value > most)
                mistakes.Add(most >= int.MaxValue ? $"'{key}' is {value}, but should be {least} or more" : $"'{key}' is {value}, but should be {least} to {most}");
        }
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0;

    // "*" and "+" mean every address of the machine; no host name, they are replaced for the check alone.
    private static bool IsAddress(string url) =>
        Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri is { PathAndQuery: "/", UserInfo: "" };
}
