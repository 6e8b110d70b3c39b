using Ingot.Models.Azure;
using Ingot.Testing;

namespace Ingot.Models.Tests.Azure;

/// <summary>The options that lead to the servers of a test.</summary>
internal static class AzureOptionsOf
{
    public static AzureOptions Options(this TestAzure azure) => new()
    {
        CatalogEndpoint = azure.Front,
        RegistryEndpoint = azure.Front.AbsoluteUri + "registry-{region}",
        RegionProbe = new Uri(azure.Front, "probe"),
        ProbeTime = Waits.Longest,
    };
}
