namespace Ingot.Service.Options;

/// <summary>What the options may be that say how the service is reached from outside.</summary>
internal static class EdgeRules
{
    internal static IEnumerable<string> Mistakes(IngotOptions options)
    {
        if (options.CertificatePath is null && options.CertificateKeyPath is not null)
            yield return "'certificateKeyPath' needs 'certificatePath'";
        if (options.CertificatePath is null && options.CertificatePasswordFrom is not null)
            yield return "'certificatePasswordFrom' needs 'certificatePath'";
        foreach (var host in options.AllowedHosts.Where(host => !IsHost(host)))
            yield return $"'allowedHosts' has '{host}', which is no host name such as llm.example or *.llm.example";
        foreach (var origin in options.AllowedOrigins.Where(origin => WebOrigin.Parse(origin) is null))
            yield return $"'allowedOrigins' has '{origin}', which is no single site of the form https://host or https://host:port";
    }

    // An address is taken, too: a proxy may hand on what it was asked by.
    private static bool IsHost(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return name.Length is > 0 and <= 253 && name[^1] != '.' && Uri.CheckHostName(name) != UriHostNameType.Unknown;
    }
}
