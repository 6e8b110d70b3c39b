using Ingot.Service.Hosting;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>
/// Execution providers, as programs ask for them. All that this build has is in it: there is nothing to download, and what it
/// has not is told.
/// </summary>
internal static class Providers
{
    /// <summary>What there is.</summary>
    public static EpInfo[] Discover() =>
        [.. ExecutionProviders.Available.Select(provider => new EpInfo { Name = provider.RuntimeName, IsRegistered = true })];

    /// <summary>Tells which of some can be used.</summary>
    /// <param name="names">Their names; null for all there are.</param>
    /// <param name="report">Told 100 percent of each that can be used.</param>
    public static EpDownloadResult Register(IEnumerable<string>? names, Action<string, double>? report)
    {
        string[] wanted = names is null ? [.. ExecutionProviders.Available.Select(provider => provider.RuntimeName)] : [.. names];
        string[] registered = [.. wanted.Where(name => ExecutionProviders.Find(name) is { IsAvailable: true })];
        string[] failed = [.. wanted.Except(registered)];
        foreach (string name in registered)
            report?.Invoke(name, 100);
        return new EpDownloadResult
        {
            Success = failed.Length == 0,
            Status = failed.Length == 0
                ? "All execution providers asked for are part of this build."
                : $"Not part of this build: {string.Join(", ", failed)}. Models run on {string.Join(", ", Discover().Select(provider => provider.Name))}.",
            RegisteredEps = registered,
            FailedEps = failed,
        };
    }
}
