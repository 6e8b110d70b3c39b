namespace Ingot.Models.Azure;

/// <summary>Where Foundry Local's own catalog is asked for, and where its models' storage addresses come from.</summary>
public sealed record AzureOptions
{
    /// <summary>Microsoft's public catalog.</summary>
    public static readonly Uri PublicCatalog = new("https://ai.azure.com");

    /// <summary>Microsoft's public registry; <c>{region}</c> stands for the region's name.</summary>
    public const string PublicRegistry = "https://{region}.api.azureml.ms";

    /// <summary>The region that is asked where none is set and none is found to be nearer.</summary>
    public const string DefaultRegion = "centralus";

    /// <summary>The catalog's server; default <see cref="PublicCatalog"/>.</summary>
    public Uri CatalogEndpoint { get; init; } = PublicCatalog;

    /// <summary>The registry's server, with <c>{region}</c> where the region's name belongs; default <see cref="PublicRegistry"/>.</summary>
    public string RegistryEndpoint { get; init; } = PublicRegistry;

    /// <summary>The Azure region to ask, such as <c>westeurope</c>; null (default) means the one nearest to this machine, as the service sees it.</summary>
    public string? Region { get; init; }

    /// <summary>A server whose answer's head names the nearest region; asked where no region is set.</summary>
    internal Uri RegionProbe { get; init; } = new("https://api.catalog.azureml.ms/asset-gallery/v1.0/models");

    /// <summary>How long that server may take; default 5 seconds.</summary>
    internal TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a text can be a region's name: small letters and digits.</summary>
    /// <param name="text">The text.</param>
    public static bool IsRegion(string text) => text.Length is >= 2 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
