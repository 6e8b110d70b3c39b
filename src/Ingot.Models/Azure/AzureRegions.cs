using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>Which region's servers to ask: the one that is set, else the one the service says is nearest, else others in turn.</summary>
internal sealed class AzureRegions(SourceClient client, AzureOptions azure)
{
    private const string ServedBy = "azureml-served-by-cluster";
    private const string ClusterPrefix = "vienna-";
    private const int MaxTried = 3;

    private static readonly string[] Neighbours = [AzureOptions.DefaultRegion, "eastus2", "westus2", "westeurope", "uksouth", "southeastasia"];

    /// <summary>Does something in one region, and in the next where that one is busy, broken or cannot be reached.</summary>
    /// <exception cref="TransientFault">All regions that were tried are.</exception>
    internal async Task<T> TryAsync<T>(Func<string, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var first = azure.Region ?? await DetectAsync(cancellationToken) ?? AzureOptions.DefaultRegion;
        var regions = Neighbours.Where(region => region != first).Prepend(first).Take(MaxTried).ToList();
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await work(regions[tried - 1], cancellationToken);
            }
            catch (TransientFault) when (tried < regions.Count)
            {
                continue;
            }
        }
    }

    // The name stands in the head of any answer: "vienna-westeurope-01".
    private async Task<string?> DetectAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(azure.ProbeTime);
        try
        {
            using var response = await client.PostJsonAsync(azure.RegionProbe, """{"filters":[],"pageSize":1}"""u8.ToArray(), AzureCatalogPages.AddAgent, patience.Token);
            var cluster = response.Headers.TryGetValues(ServedBy, out var values) ? values.FirstOrDefault() : null;
            if (cluster is null || !cluster.StartsWith(ClusterPrefix, StringComparison.Ordinal))
                return null;
            var name = cluster[ClusterPrefix.Length..];
            var region = name[..Math.Max(0, name.LastIndexOf('-'))];
            return AzureOptions.IsRegion(region) ? region : null;
        }
        catch (Exception exception) when (exception is TransientFault or IngotException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
