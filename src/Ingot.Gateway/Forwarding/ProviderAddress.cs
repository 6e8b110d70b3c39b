namespace Ingot.Gateway.Forwarding;

/// <summary>Puts addresses together.</summary>
internal static class ProviderAddress
{
    /// <summary>A path below a base address, which may end with a slash or not.</summary>
    /// <param name="address">The base address.</param>
    /// <param name="path">The path, with a slash in front.</param>
    public static Uri At(Uri address, string path) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
}
